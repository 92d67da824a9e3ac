package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void everyConstantStandsInTheCatalogueOnce() throws IllegalAccessException {
    Set<String> names =
        Settings.all().stream().map(Setting::name).collect(Collectors.toUnmodifiableSet());
    int constants = 0;
    for (var field : Settings.class.getFields()) {
      if (field.get(null) instanceof Setting<?> setting) {
        constants++;
        assertThat(names).contains(setting.name());
        assertThat(field.getName()).isEqualTo(setting.name());
      } else if (field.get(null) instanceof SettingPattern<?> pattern) {
        constants++;
        assertThat(names).contains(pattern.row().name());
      }
    }

    assertThat(Settings.all()).hasSize(constants);
    assertThat(names).hasSize(constants);
  }

  @Test
  void everyTextIsOneSentence() {
    assertThat(Settings.all())
        .allSatisfy(setting -> assertThat(setting.text()).matches("[A-Z<].*[.]"));
  }

  @Test
  void aStreamMayBeSilentForThreeMinutes() {
    assertThat(Settings.TIMEOUT_READ_STREAMING.fallback()).isEqualTo(Duration.ofMinutes(3));
  }

  @ParameterizedTest
  @CsvSource({
    "FAIR_CYCLE_GROQ, FAIR_CYCLE_<P>",
    "FAIR_CYCLE_DURATION_GROQ, FAIR_CYCLE_DURATION_<P>",
    "ROTATION_MODE_NVIDIA_NIM, ROTATION_MODE_<P>",
    "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ, MAX_CONCURRENT_REQUESTS_PER_KEY_<P>",
    "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ_BALANCED, MAX_CONCURRENT_REQUESTS_PER_KEY_<P>_<MODE>",
    "CONCURRENCY_MULTIPLIER_GEMINI_CLI_PRIORITY_1, CONCURRENCY_MULTIPLIER_<P>_PRIORITY_<N>",
    "CUSTOM_CAP_GEMINI_CLI_T2_3_PRO, CUSTOM_CAP_<P>_T<TIERS>_<NAME>",
    "CUSTOM_CAP_COOLDOWN_GEMINI_CLI_T2_PRO, CUSTOM_CAP_COOLDOWN_<P>_T<TIERS>_<NAME>",
    "GROQ_API_KEY, <P>_API_KEY",
    "GROQ_API_KEY_12, <P>_API_KEY_<N>",
    "GEMINI_CLI_OAUTH_PORT, <P>_OAUTH_PORT",
    "GEMINI_CLI_OAUTH_1, <P>_OAUTH_<N>",
  })
  void aVariableBelongsToTheFamilyThatSaysMostOfIt(String variable, String family) {
    Setting<?> setting = Settings.named(variable).orElseThrow();

    assertThat(Settings.all())
        .filteredOn(row -> row.name().equals(family))
        .singleElement()
        .satisfies(row -> assertThat(setting.type()).isSameAs(row.type()))
        .satisfies(row -> assertThat(setting.text()).isEqualTo(row.text()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"FOO_API_KEY_FILE", "PROXY_API_KEY_2", "API_KEY", "ROTATION_MODE_", "PATH"})
  void whatOnlyLooksLikeASettingIsNone(String variable) {
    assertThat(Settings.named(variable)).isEmpty();
  }

  @Test
  void aMemberOfAFamilyIsNamedAfterItsProvider() {
    assertThat(Settings.ROTATION_MODE.of("gemini-cli").name())
        .isEqualTo("ROTATION_MODE_GEMINI_CLI");
    assertThat(Settings.CONCURRENCY_MULTIPLIER.of("groq", "1").name())
        .isEqualTo("CONCURRENCY_MULTIPLIER_GROQ_PRIORITY_1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.CONCURRENCY_MULTIPLIER.of("groq"))
        .withMessageContaining("<N>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY_API_KEY",
        "PROXY_API_KEY_2",
        "GROQ_API_KEY",
        "GROQ_API_KEY_1",
        "HF_TOKEN",
        "GEMINI_CLI_1_REFRESH_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "CLARIFAI_PAT",
        "CAMEL_COMPONENT_KAFKA_SASL_PASSWORD"
      })
  void aVariableNamedLikeASecretIsOne(String variable) {
    assertThat(Settings.isSecret(variable)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOST",
        "TLS_KEY_FILE",
        "MAX_CONCURRENT_REQUESTS_PER_KEY_GROQ",
        "MAX_TOKENS",
        "COOLDOWN_PROBE_LAST_KEY",
        "PATH"
      })
  void aVariableNamedOtherwiseIsNoSecret(String variable) {
    assertThat(Settings.isSecret(variable)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "GLOBAL_TIMOUT, GLOBAL_TIMEOUT",
    "GLOBAL_TIMEOUTS, GLOBAL_TIMEOUT",
    "GLOBAL_TIMOEUT, GLOBAL_TIMEOUT",
    "PROT, ",
    "PORTS, PORT",
    "GLOBAL_TIM, ",
    "SOMETHING_ELSE, ",
  })
  void anAlmostRightNameIsRecognised(String wrong, String meant) {
    assertThat(Settings.near(wrong)).isEqualTo(meant);
  }
}
