package dev.caravan.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.ProxyKey.FromConfiguration;
import dev.caravan.config.ProxyKey.InMemory;
import dev.caravan.config.ProxyKey.NotNeeded;
import dev.caravan.config.ProxyKey.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyKeyTest {
  private final Path home;

  ProxyKeyTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void theFirstStartMakesAStrongKeyAndStoresItForItsOwnerOnly() throws IOException {
    ProxyKey key = ProxyKey.ensure(load(Map.of()));

    assertThat(key).isInstanceOf(Written.class);
    assertThat(key.value().orElseThrow()).matches("gk-[A-Za-z0-9_-]{43}");
    assertThat(key.isWeak()).isFalse();
    assertThat(PrivateFileTest.mode(home.resolve(".env"))).isEqualTo("rw-------");
  }

  @Test
  void theSecondStartFindsTheKeyOfTheFirst() {
    ProxyKey first = ProxyKey.ensure(load(Map.of()));

    ProxyKey second = ProxyKey.ensure(load(Map.of()));

    assertThat(second)
        .isEqualTo(new FromConfiguration(first.value().orElseThrow(), new Source(".env", 1)));
  }

  @Test
  void theNextStartFindsItEvenIfTheEnvironmentHasAnEmptyOne() {
    Map<String, String> environment = Map.of("PROXY_API_KEY", "");
    ProxyKey first = ProxyKey.ensure(load(environment));

    ProxyKey second = ProxyKey.ensure(load(environment));

    assertThat(second.value()).isEqualTo(first.value());
  }

  @Test
  void anExistingFileIsExtendedAndKeepsEverythingElse() throws IOException {
    Files.writeString(home.resolve(".env"), "# mine\nGROQ_API_KEY=gsk_1");

    ProxyKey key = ProxyKey.ensure(load(Map.of()));

    assertThat(home.resolve(".env"))
        .content(UTF_8)
        .isEqualTo("# mine\nGROQ_API_KEY=gsk_1\nPROXY_API_KEY=" + key.value().orElseThrow() + "\n");
  }

  @Test
  void aDataFolderThatCannotBeWrittenKeepsTheKeyInMemory() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");
    Configuration configuration = Configuration.load(file.resolve("home"), Map.of(), Map.of());

    ProxyKey key = ProxyKey.ensure(configuration);

    assertThat(key).isInstanceOf(InMemory.class);
    assertThat(key.isWeak()).isFalse();
    assertThat(key.appliedTo(configuration).get(Settings.PROXY_API_KEY))
        .isEqualTo(key.value().orElseThrow());
  }

  @Test
  void twoInstallationsNeverShareAKey() throws IOException {
    Path other = Files.createDirectory(home.resolve("other"));

    ProxyKey here = ProxyKey.ensure(load(Map.of()));
    ProxyKey there = ProxyKey.ensure(Configuration.load(other, Map.of(), Map.of()));

    assertThat(here.value()).isNotEqualTo(there.value());
  }

  @Test
  void aConfiguredKeyIsLeftAloneAndNothingIsWritten() {
    ProxyKey key = ProxyKey.ensure(load(Map.of("PROXY_API_KEY", "a-key-of-my-own-choice")));

    assertThat(key).isInstanceOf(FromConfiguration.class);
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void openModeNeedsNoKey() {
    ProxyKey key = ProxyKey.ensure(load(Map.of("ALLOW_UNAUTHENTICATED", "true")));

    assertThat(key).isEqualTo(new NotNeeded());
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void theSampleKeyAndShortOnesAreWeak() {
    assertThat(ProxyKey.ensure(load(Map.of("PROXY_API_KEY", "VerysecretKey"))).isWeak()).isTrue();
    assertThat(ProxyKey.ensure(load(Map.of("PROXY_API_KEY", "fifteen-letters"))).isWeak()).isTrue();
    assertThat(ProxyKey.ensure(load(Map.of("PROXY_API_KEY", "sixteen--letters"))).isWeak())
        .isFalse();
  }

  @Test
  void noFormOfItPrintsTheKey() {
    ProxyKey written = ProxyKey.ensure(load(Map.of()));
    String key = written.value().orElseThrow();

    assertThat(written.toString()).doesNotContain(key).contains(".env");
    assertThat(new InMemory(key, "it is full").toString()).doesNotContain(key);
    assertThat(new FromConfiguration(key, Source.ENVIRONMENT).toString()).doesNotContain(key);
  }

  private Configuration load(Map<String, String> environment) {
    return Configuration.load(home, Map.of(), environment);
  }
}
