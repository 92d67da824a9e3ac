package dev.caravan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caravan.config.Choice.RotationMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  private final Path home;

  ConfigurationTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void everyDefaultHoldsWhenNothingIsSet() {
    Configuration configuration = load();

    assertThat(configuration.get(Settings.GLOBAL_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(configuration.source(Settings.GLOBAL_TIMEOUT)).hasToString("default");
    assertThat(configuration.find(Settings.PROXY_API_KEY)).isEmpty();
    assertThat(configuration.warnings()).isEmpty();
  }

  @Test
  void theCommandLineWinsOverTheEnvironmentAndSaysSo() {
    Configuration configuration =
        Configuration.load(home, Map.of("PORT", "9100"), Map.of("PORT", "9000"));

    assertThat(configuration.get(Settings.PORT)).isEqualTo(9100);
    assertThat(configuration.source(Settings.PORT)).hasToString("command line");
  }

  @Test
  void eachSourceFillsOnlyWhatStrongerOnesLeaveOpen() throws IOException {
    file("overrides.env", "MAX_RETRIES=4\n");
    file(".env", "# mine\nMAX_RETRIES=5\nLEASE_TTL=50\n");
    file("a.env", "LEASE_TTL=60\nMAX_WAITING=6\n");
    file("b.env", "MAX_WAITING=7\nSESSION_TTL=70\n");
    file(
        "application.properties",
        "SESSION_TTL=80\ncaravan.timeout-pool=8\ncaravan.rotation-mode-groq = balanced\n");

    Configuration configuration = load();

    assertThat(sourceOf(configuration, Settings.MAX_RETRIES)).isEqualTo("4 from overrides.env:1");
    assertThat(sourceOf(configuration, Settings.LEASE_TTL)).isEqualTo("PT50S from .env:3");
    assertThat(sourceOf(configuration, Settings.MAX_WAITING)).isEqualTo("6 from a.env:2");
    assertThat(sourceOf(configuration, Settings.SESSION_TTL)).isEqualTo("PT1M10S from b.env:2");
    assertThat(sourceOf(configuration, Settings.TIMEOUT_POOL))
        .isEqualTo("PT8S from application.properties:2");
    assertThat(configuration.get(Settings.ROTATION_MODE.of("groq")))
        .isEqualTo(RotationMode.BALANCED);
    assertThat(configuration.warnings()).isEmpty();
  }

  @Test
  void theEnvironmentWinsOverFiles() throws IOException {
    file(".env", "GROQ_API_KEY=gsk_file\n");

    Configuration configuration = load("GROQ_API_KEY", "gsk_environment");

    assertThat(configuration.variables()).containsEntry("GROQ_API_KEY", "gsk_environment");
    assertThat(configuration.source("GROQ_API_KEY")).contains(Source.ENVIRONMENT);
  }

  @Test
  void anEmptyValueHidesNothing() throws IOException {
    file(".env", "PROXY_API_KEY=from-the-file\n");

    Configuration configuration = load("PROXY_API_KEY", "");

    assertThat(configuration.get(Settings.PROXY_API_KEY)).isEqualTo("from-the-file");
  }

  @Test
  void anEmptyListIsAValue() throws IOException {
    file(".env", "QUOTA_GROUPS_GROQ_PRO=a,b\n");

    Configuration configuration = load("QUOTA_GROUPS_GROQ_PRO", "");

    assertThat(configuration.find(Settings.QUOTA_GROUPS.of("groq", "pro"))).contains(List.of());
    assertThat(load().find(Settings.QUOTA_GROUPS.of("groq", "pro"))).contains(List.of("a", "b"));
    assertThat(load().find(Settings.QUOTA_GROUPS.of("groq", "flash"))).isEmpty();
  }

  @Test
  void anIllegalValueIsOneWarningWithItsPlaceAndTheDefaultIsUsed() throws IOException {
    file(".env", "\nGLOBAL_TIMEOUT=abc\n");

    Configuration configuration = load();

    assertThat(configuration.get(Settings.GLOBAL_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(configuration.source(Settings.GLOBAL_TIMEOUT)).isEqualTo(Source.DEFAULT);
    assertThat(configuration.warnings())
        .extracting(Warning::toString)
        .containsExactly(
            ".env:2: GLOBAL_TIMEOUT \"abc\" is not a number of seconds from 0.1 to 31536000; the default (30) is used");
  }

  @Test
  void allIllegalValuesAreReportedAtOnce() throws IOException {
    file(".env", "PORT=70000\nwhat is this\n");
    file(
        "application.properties",
        "caravan.fair-cycle-groq=perhaps\nMAX_REQUEST_BODY=many\\\n  MiB\n");

    Configuration configuration = load("LOG_LEVEL", "loud");

    assertThat(configuration.warnings())
        .extracting(Warning::where)
        .containsExactlyInAnyOrder(
            ".env:1",
            ".env:2",
            "environment",
            "application.properties:1",
            "application.properties:2");
  }

  @Test
  void theWarningAboutAnAddressShowsNoPassword() {
    Configuration configuration = load("HTTPS_PROXY", "socks://me:hunter2@proxy");

    assertThat(configuration.warnings()).hasSize(1);
    assertThat(configuration.warnings().toString()).doesNotContain("hunter2");
  }

  @Test
  void anAlmostRightNameInAFileIsReported() throws IOException {
    file("application.properties", "caravan.global-timout=20\nmy.own=1\n");

    Configuration configuration = load();

    assertThat(configuration.warnings())
        .extracting(Warning::toString)
        .containsExactly(
            "application.properties:1: GLOBAL_TIMOUT is no setting; did you mean GLOBAL_TIMEOUT?");
  }

  @Test
  void anAlmostRightNameInTheEnvironmentIsSomebodyElses() {
    Configuration configuration = load("GLOBAL_TIMOUT", "20");

    assertThat(configuration.warnings()).isEmpty();
  }

  @Test
  void aSecondProxyKeyIsReportedInsteadOfBecomingAProvidersKey() throws IOException {
    file(".env", "PROXY_API_KEY_2=abc\n");

    Configuration configuration = load();

    assertThat(configuration.warnings())
        .extracting(Warning::text)
        .containsExactly("PROXY_API_KEY_2 is no setting; did you mean PROXY_API_KEY?");
  }

  @Test
  void aSecretMayBeAReferenceToAFile() throws IOException {
    Path secret = file("secret.txt", "gsk_from_a_file\n");

    Configuration configuration =
        Configuration.load(
            home,
            Map.of(),
            Map.of(
                "GROQ_API_KEY", "file:" + secret,
                "XAI_API_KEY_1", "file://" + secret,
                "HF_TOKEN", "file:secret.txt",
                "MODEL_ALIASES", "file:" + secret));

    assertThat(configuration.variables())
        .containsEntry("GROQ_API_KEY", "gsk_from_a_file")
        .containsEntry("XAI_API_KEY_1", "gsk_from_a_file")
        .containsEntry("HF_TOKEN", "gsk_from_a_file")
        .containsEntry("MODEL_ALIASES", "file:" + secret);
  }

  @Test
  void anUnreadableReferenceCountsAsNotSetAndIsReportedOnce() throws IOException {
    file(".env", "GROQ_API_KEY_1=file:/run/secrets/not-there\n");

    Configuration configuration = load();

    assertThat(configuration.variables()).doesNotContainKey("GROQ_API_KEY_1");
    assertThat(configuration.warnings())
        .extracting(Warning::toString)
        .containsExactly(
            ".env:1: GROQ_API_KEY_1 refers to the file /run/secrets/not-there, which cannot be read (NoSuchFileException); it counts as not set");
  }

  @Test
  void propertiesOfCamelAndOfRoutesAreHandedThrough() throws IOException {
    file(
        "application.properties",
        "camel.main.name=x\nacme.topic = calls\\\n   .done\ncaravan.port=1\nHOST=::1\n! comment\\\nacme.last=1\n");

    Configuration configuration = load();

    assertThat(configuration.camelProperties())
        .containsOnly(
            Map.entry("camel.main.name", "x"),
            Map.entry("acme.topic", "calls.done"),
            Map.entry("acme.last", "1"));
    assertThat(configuration.variables()).containsOnlyKeys("PORT", "HOST");
  }

  @Test
  void aPropertyMayNameTheRoutesFolder() throws IOException {
    file("application.properties", "caravan.routes=my-routes\n");

    assertThat(load().get(Settings.CARAVAN_ROUTES)).isEqualTo(home.resolve("my-routes"));
  }

  @Test
  void relativePathsStartInTheDataFolder() {
    assertThat(load().get(Settings.CARAVAN_ROUTES)).isEqualTo(home.resolve("routes"));
    assertThat(load("CARAVAN_ROUTES", "/elsewhere").get(Settings.CARAVAN_ROUTES))
        .isEqualTo(Path.of("/elsewhere"));
    assertThat(load("CARAVAN_ROUTES", "~/routes").get(Settings.CARAVAN_ROUTES))
        .isEqualTo(Path.of(System.getProperty("user.home"), "routes"));
  }

  @Test
  void theDataFolderIsNamedByCommandLineThenEnvironmentThenWhereItRuns() {
    Map<String, String> one = Map.of("CARAVAN_HOME", "/one");
    Map<String, String> two = Map.of("CARAVAN_HOME", "/two");

    assertThat(Configuration.home(one, two)).isEqualTo(Path.of("/one"));
    assertThat(Configuration.home(Map.of(), two)).isEqualTo(Path.of("/two"));
    assertThat(Configuration.home(Map.of(), Map.of())).isEqualTo(Path.of("."));
  }

  @Test
  void aDataFolderThatIsNotThereIsNoProblem() {
    Configuration configuration =
        Configuration.load(home.resolve("none"), Map.of(), Map.of("PORT", "1"));

    assertThat(configuration.get(Settings.PORT)).isEqualTo(1);
    assertThat(configuration.warnings()).isEmpty();
  }

  @Test
  void aFolderInPlaceOfTheEnvFileIsReported() throws IOException {
    Files.createDirectory(home.resolve(".env"));

    assertThat(load().warnings()).extracting(Warning::where).containsExactly(".env");
  }

  @Test
  void anEnvFileThatEverybodyCanReadIsReported() throws IOException {
    PrivateFileTest.mode(file(".env", "PORT=1\n"), "rw-r--r--");

    assertThat(load().warnings())
        .extracting(Warning::text)
        .singleElement()
        .asString()
        .contains("chmod 600");
  }

  @Test
  void secretsAreCollectedForTheMasks() throws IOException {
    file("application.properties", "camel.component.kafka.sasl-password=pass-for-kafka\n");

    Configuration configuration =
        Configuration.load(
            home,
            Map.of(),
            Map.of(
                "GROQ_API_KEY_1",
                " gsk_1 ",
                "HOST",
                "::1",
                "ADMIN_TOKEN",
                "t",
                "HTTP_PROXY",
                "http://me:hunter2@proxy:1"));

    assertThat(configuration.secrets())
        .containsExactlyInAnyOrder("gsk_1", "t", "pass-for-kafka", "hunter2");
    assertThat(configuration.toString()).doesNotContain("gsk_1");
  }

  @Test
  void aSettingWithoutDefaultIsAskedForWithFind() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> load().get(Settings.PROXY_API_KEY))
        .withMessageContaining("PROXY_API_KEY");
  }

  private Configuration load(String... environment) {
    return Configuration.load(
        home,
        Map.of(),
        environment.length == 0 ? Map.of() : Map.of(environment[0], environment[1]));
  }

  private Path file(String name, String text) throws IOException {
    return PrivateFileTest.mode(Files.writeString(home.resolve(name), text), "rw-------");
  }

  private static String sourceOf(Configuration configuration, Setting<?> setting) {
    return configuration.get(setting) + " from " + configuration.source(setting);
  }
}
