package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caravan.config.Choice.OpenAccess;
import dev.caravan.config.Choice.TemperatureZero;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "500, 500",
    "2KB, 2000",
    "64MiB, 67108864",
    "1 GiB, 1073741824",
    "1_000, 1000"
  })
  void aSizeHasAUnitOrIsInBytes(String text, long bytes) {
    assertThat(Types.SIZE.read(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "64 apples", "-1", "1.5MiB", "99999999999GiB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Types.SIZE.read(text));
  }

  @ParameterizedTest
  @CsvSource({"30, 30000", "0.5, 500", "1_000, 1000000", "0.001, 1"})
  void aDurationIsInSecondsWithDecimals(String text, long millis) {
    assertThat(Types.seconds("0").read(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "-1", "30s", "1e99", "NaN", "0.09"})
  void whatIsNoDurationOrTooShortIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Types.seconds("0.1").read(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "1", "yes", "on", "TRUE", "On"})
  void theWordsForYesAreYesInAnyCase(String text) {
    assertThat(Types.YES_NO.read(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "0", "no", "off", "FALSE"})
  void theWordsForNoAreNo(String text) {
    assertThat(Types.YES_NO.read(text)).isFalse();
  }

  @Test
  void anyOtherWordIsNeitherYesNorNo() {
    assertThatIllegalArgumentException().isThrownBy(() -> Types.YES_NO.read("perhaps"));
  }

  @Test
  void anIntegerMayCarryUnderscoresAndHasARange() {
    SettingType<Integer> type = Types.integer(0, 10_000);

    assertThat(type.read("10_000")).isEqualTo(10_000);
    assertThatIllegalArgumentException().isThrownBy(() -> type.read("10001"));
    assertThatIllegalArgumentException().isThrownBy(() -> type.read("-1"));
  }

  @Test
  void aListLosesBlanksAndEmptyParts() {
    assertThat(Types.LIST.read(" a, b ,,c ")).containsExactly("a", "b", "c");
    assertThat(Types.LIST.read("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://x/", "no address", "http:", "localhost:8000", "//x"})
  void anAddressIsOfTheWeb(String text) {
    assertThat(Types.WEB_ADDRESS.read("https://llm.example/v1")).hasHost("llm.example");
    assertThatIllegalArgumentException().isThrownBy(() -> Types.WEB_ADDRESS.read(text));
  }

  @Test
  void aWordMayBeSpelledAsTheReferenceSpeltIt() {
    assertThat(CallSettings.OVERRIDE_TEMPERATURE_ZERO.type().read("TRUE"))
        .isEqualTo(TemperatureZero.SET);
    assertThat(ServerSettings.ALLOW_UNAUTHENTICATED.type().read("Remote"))
        .isEqualTo(OpenAccess.REMOTE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServerSettings.ALLOW_UNAUTHENTICATED.type().read("maybe"));
  }
}
