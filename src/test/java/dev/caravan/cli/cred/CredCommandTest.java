package dev.caravan.cli.cred;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Eventually;
import dev.caravan.mock.MockLogin;
import dev.caravan.oauth.CredentialStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The commands as a person types them, before an identity provider over HTTP. */
class CredCommandTest {
  private static final Pattern ADDRESS = Pattern.compile("http://\\S+/authorize\\S+");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin mock;

  private InputStream typed = InputStream.nullInputStream();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws Exception {
    mock = MockLogin.start(0);
    Files.createDirectories(home.resolve("routes/providers"));
    Files.writeString(home.resolve(".env"), "CLUB_OAUTH_CLIENT_ID=caravan-test\n");
    Files.writeString(
        home.resolve("routes/providers/club.yaml"),
        """
        - beans:
            - name: club
              type: dev.caravan.provider.Provider
              properties:
                baseUrl: %1$s/v1
                oauth:
                  flow: code, device
                  tokenUrl: %1$s/token
                  authorizationUrl: %1$s/authorize
                  deviceUrl: %1$s/device
                  userInfoUrl: %1$s/userinfo
                  callbackPort: 0
                  rotates: true
        """
            .formatted(mock.url()));
  }

  @AfterEach
  void stop() {
    mock.close();
  }

  private int run(String... words) {
    CommandLine line = new CommandLine(new CredCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err, true));
    line.getSubcommands()
        .values()
        .forEach(
            command -> {
              if (command.getCommand() instanceof LoginCommand login) {
                login.desk.input = typed;
              }
            });
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--home", home.toString(), "--routes", home.resolve("routes").toString()));
    return line.execute(all.toArray(String[]::new));
  }

  /** Somebody who visits the address that is shown, as soon as it is. */
  private CompletableFuture<Void> visitor() {
    return CompletableFuture.runAsync(
        () -> {
          Eventually.holds("an address", () -> ADDRESS.matcher(out.toString()).find());
          Matcher address = ADDRESS.matcher(out.toString());
          assertThat(address.find()).isTrue();
          get(get(address.group()).headers().firstValue("location").orElseThrow());
        });
  }

  private static HttpResponse<String> get(String address) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(address)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void logIn(String who) {
    mock.user(who);
    out.getBuffer().setLength(0);
    CompletableFuture<Void> visitor = visitor();
    assertThat(run("login", "club", "--no-browser")).as(err.toString()).isZero();
    visitor.join();
  }

  @Test
  void aLoginMakesAnAccountThatTheListShowsWithoutItsTokens() {
    logIn("ann@example.org");
    assertThat(out.toString()).contains("Kept as", "club_oauth_1.json", "ssh -L");

    assertThat(run("list")).isZero();

    assertThat(out.toString()).contains("ann@example.org", "good for 59 min");
    assertThat(out.toString()).doesNotContain("access-", "refresh-");
  }

  @Test
  void aLoginByDeviceShowsItsCode() {
    mock.pendingPolls(0);

    assertThat(run("login", "club", "--device")).as(err.toString()).isZero();

    assertThat(out.toString()).contains("Its code is CODE-", "Kept as");
  }

  @Test
  void anUnknownProviderIsAnsweredWithTheNearestOne() {
    assertThat(run("login", "clubb")).isEqualTo(2);
    assertThat(err.toString()).contains("near: club");
  }

  @Test
  void withoutAProviderThoseThereAreAreListed() {
    assertThat(run("login")).isZero();
    assertThat(out.toString()).contains("club", "code, device");
  }

  @Test
  void anExportIsItsOwnersAloneAndIsNotPrintedUnasked() throws Exception {
    logIn("ann@example.org");
    Path file = home.resolve("exports/club.env");
    assertThat(run("export", "club")).isEqualTo(2);

    assertThat(run("export", "club", "--out", file.toString())).isZero();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file))
        .contains("CLUB_1_REFRESH_TOKEN=\"refresh-", "CLUB_1_EMAIL=\"ann@example.org\"");
    assertThat(out.toString()).doesNotContain("refresh-");
    assertThat(run("export", "club", "--out", file.toString())).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "env,        '\nCLUB_1_EMAIL=\"ann@example.org\"\n'",
    "docker-env, '\nCLUB_1_EMAIL=ann@example.org\n'",
    "k8s-secret, '\n  CLUB_1_EMAIL: \"ann@example.org\"\n'",
    "render,     '{\"key\":\"CLUB_1_EMAIL\",\"value\":\"ann@example.org\"}'"
  })
  void anExportIsWrittenForThePlaceThatTakesIt(String format, String line) throws Exception {
    logIn("ann@example.org");
    assertThat(run("export", "--stdout", "--format", format)).as(err.toString()).isZero();
    assertThat(out.toString()).contains(line);
  }

  @Test
  void anExportAsASecretOrForAnApiIsWhatAParserOfItsKindReads() throws Exception {
    logIn("ann@example.org");
    out.getBuffer().setLength(0);
    run("export", "--stdout", "--format", "k8s-secret");
    Map<?, ?> secret =
        (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(out.toString());
    assertThat(String.valueOf(secret.get("stringData"))).contains("CLUB_1_EMAIL=ann@example.org");

    out.getBuffer().setLength(0);
    run("export", "--stdout", "--format", "render");
    assertThat(new ObjectMapper().readTree(out.toString()).findValuesAsText("key"))
        .contains("CLUB_1_EMAIL", "CLUB_1_REFRESH_TOKEN");
  }

  @Test
  void anExportInAFormatThatIsUnknownNamesThoseThereAre() {
    assertThat(run("export", "--stdout", "--format", "toml")).isEqualTo(2);
    assertThat(err.toString())
        .contains("no format toml; there are env, docker-env, k8s-secret, render");
  }

  @Test
  void anImportCopiesAndADeletedAccountIsKeptAside() throws Exception {
    Path theirs = home.resolve("theirs.json");
    Files.writeString(
        theirs, "{\"access_token\":\"a\",\"refresh_token\":\"r\",\"email\":\"bob@example.org\"}");

    assertThat(run("import", "club", "--from", theirs.toString())).isZero();
    assertThat(out.toString()).contains("was copied to club_oauth_1.json", "whoever refreshes");

    assertThat(run("delete", "club", "1")).isZero();
    assertThat(home.resolve("oauth_creds/club_oauth_1.json")).doesNotExist();
    assertThat(home.resolve("backups/club_oauth_1.json")).exists();
    assertThat(run("delete", "club", "1")).isEqualTo(1);
  }

  @Test
  void anImportThatWatchesFollowsTheOtherProgramAndTheYoungerTokenWins() throws Exception {
    Path theirs = home.resolve("theirs.json");
    String account =
        "{\"access_token\":\"%s\",\"refresh_token\":\"%s\",\"email\":\"bob@example.org\",\"expiry_date\":%d}";
    Files.writeString(theirs, account.formatted("a1", "r1", 2_000_000_000_000L));
    Thread watching =
        Thread.ofVirtual()
            .start(() -> run("import", "club", "--from", theirs.toString(), "--watch"));
    Path ours = home.resolve("oauth_creds/club_oauth_1.json");
    Eventually.holds("it follows", () -> out.toString().contains("Ctrl-C"));
    assertThat(ours).content().contains("\"r1\"");

    Files.writeString(theirs, account.formatted("a2", "r2", 2_000_000_060_000L));
    Eventually.holds("the younger token is taken", () -> out.toString().contains("which has it"));
    assertThat(ours).content().contains("\"a2\"", "\"r2\"", "2000000060000", "imported_from");

    Files.writeString(theirs, account.formatted("a0", "r0", 1_900_000_000_000L));
    Eventually.holds("the older is seen", () -> out.toString().contains("has already"));
    assertThat(ours).content().contains("\"a2\"", "\"r2\"");
    assertThat(home.resolve("oauth_creds/club_oauth_2.json")).doesNotExist();

    watching.interrupt();
    watching.join();
  }

  @Test
  void whatIsThereTwiceIsMergedWhenAsked() throws Exception {
    logIn("ann@example.org");
    Files.copy(
        home.resolve("oauth_creds/club_oauth_1.json"),
        home.resolve("oauth_creds/club_oauth_7.json"));

    assertThat(run("dedup")).isEqualTo(1);
    assertThat(run("dedup", "--yes")).isZero();

    assertThat(home.resolve("oauth_creds/club_oauth_1.json")).exists();
    assertThat(home.resolve("oauth_creds/club_oauth_7.json")).doesNotExist();
  }

  @Test
  void aCheckAsksTheProviderAndNamesBrokenFiles() throws Exception {
    logIn("ann@example.org");
    assertThat(run("check")).isZero();
    assertThat(out.toString()).contains("taken by the provider");

    Files.writeString(home.resolve("oauth_creds/club_oauth_2.json"), "{");

    assertThat(run("check")).isEqualTo(1);
    assertThat(out.toString()).contains("club_oauth_2.json: it is not whole JSON");
  }

  @Test
  @DisplayName("providers.md 16, 15; operations.md 23, 17: the last address is pasted over SSH")
  void overSshTheLastAddressIsPastedThoughItsPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        PipedOutputStream keyboard = new PipedOutputStream()) {
      typed = new PipedInputStream(keyboard);
      Files.writeString(
          home.resolve(".env"),
          "CLUB_OAUTH_CLIENT_ID=caravan-test\nCLUB_OAUTH_PORT=" + taken.getLocalPort() + "\n");
      CompletableFuture<Void> person =
          CompletableFuture.runAsync(
              () -> {
                Eventually.holds("an address", () -> ADDRESS.matcher(out.toString()).find());
                Matcher address = ADDRESS.matcher(out.toString());
                assertThat(address.find()).isTrue();
                String back = get(address.group()).headers().firstValue("location").orElseThrow();
                type(keyboard, "\n" + back + "\n");
              });

      assertThat(run("login", "club", "--no-browser")).as(err.toString()).isZero();

      person.join();
      assertThat(out.toString())
          .contains(taken.getLocalPort() + ", to which the browser comes back, is taken")
          .contains("so it has to be pasted", "Kept as")
          .doesNotContain("ssh -L");
    }
  }

  private static void type(OutputStream keyboard, String text) {
    try {
      keyboard.write(text.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLoginByDeviceCanBeTakenUpByAPhone() throws Exception {
    mock.pendingPolls(0);

    assertThat(run("login", "club", "--device", "--qr")).as(err.toString()).isZero();

    Matcher address = Pattern.compile("http://\\S+/activate\\S+").matcher(out.toString());
    assertThat(address.find()).isTrue();
    List<String> drawn = QrPicture.of(address.group(), false);
    assertThat(out.toString()).contains(drawn);
    assertThat(QrReader.read(drawn)).isEqualTo(address.group());
    assertThat(QrReader.read(QrPicture.of(address.group(), true))).isEqualTo(address.group());
  }

  @Test
  void whoIsThereAlreadyIsToldBeforeALogin() {
    logIn("ann@example.org");
    logIn("bob@example.org");

    assertThat(out.toString())
        .contains("There is club_oauth_1.json already of ann@example.org.", "club_oauth_2.json");
  }

  @Test
  void aNewNameOfAnAccountIsShownAndItsTokensAndWhatNobodyKnowsStay() throws Exception {
    logIn("ann@example.org");
    Path file = home.resolve("oauth_creds/club_oauth_1.json");
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"mine\":\"kept\","));
    String refreshToken = new CredentialStore(home).read(file).refreshToken();

    assertThat(run("rename", "club", "1", "work")).as(err.toString()).isZero();
    assertThat(run("list")).isZero();

    assertThat(out.toString()).contains("club_oauth_1.json is called work now.");
    assertThat(out.toString()).contains("work (ann@example.org)");
    assertThat(Files.readString(file)).contains("\"mine\"", refreshToken);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void anotherEmailIsAnotherAccountAndThatIsSaid() {
    logIn("ann@example.org");

    assertThat(run("rename", "club", "1")).isEqualTo(2);
    assertThat(run("rename", "club", "7", "x")).isEqualTo(1);
    assertThat(run("rename", "club", "1", "--email", "anna@example.org")).isZero();

    assertThat(err.toString()).contains("what was counted of it stays with the old one");
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("anna@example.org");
  }

  @Test
  void accountsAreEncryptedExportedAndGivenAnotherKey() throws Exception {
    logIn("ann@example.org");
    Path file = home.resolve("oauth_creds/club_oauth_1.json");
    String refreshToken = new CredentialStore(home).read(file).refreshToken();
    String client = "CLUB_OAUTH_CLIENT_ID=caravan-test\n";
    String first = "A".repeat(43) + "=";
    String second = "11".repeat(32);
    Files.writeString(home.resolve(".env"), client + "CREDENTIAL_STORE_KEY=" + first + "\n");

    assertThat(run("rekey")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("club_oauth_1.json is encrypted now", "1 of 1 files");
    assertThat(Files.readString(file))
        .contains("AES-256-GCM")
        .doesNotContain(refreshToken, "ann@example.org");

    assertThat(run("export", "club", "--stdout")).isZero();
    assertThat(out.toString()).contains("CLUB_1_REFRESH_TOKEN=\"" + refreshToken);

    Files.writeString(home.resolve(".env"), client + "CREDENTIAL_STORE_KEY=" + second + "\n");
    byte[] before = Files.readAllBytes(file);
    assertThat(run("rekey")).isEqualTo(1);
    assertThat(err.toString()).contains("it is encrypted with another key");
    assertThat(file).hasBinaryContent(before);

    Files.writeString(
        home.resolve(".env"),
        client + "CREDENTIAL_STORE_KEY=%s\nCREDENTIAL_STORE_OLD_KEY=%s\n".formatted(second, first));
    assertThat(run("rekey")).isZero();
    Files.writeString(home.resolve(".env"), client + "CREDENTIAL_STORE_KEY=" + second + "\n");
    out.getBuffer().setLength(0);
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("ann@example.org");
    assertThat(run("rekey")).isZero();
    assertThat(out.toString()).contains("0 of 1 files");
  }

  @Test
  void aKeyThatIsNoneIsRefusedWithTheCommandThatMakesOne() throws Exception {
    Files.writeString(home.resolve(".env"), "CREDENTIAL_STORE_KEY=hunter2\n");

    assertThat(run("list")).isEqualTo(1);

    assertThat(err.toString())
        .contains("CREDENTIAL_STORE_KEY has to be 32 random bytes", "openssl rand -base64 32")
        .doesNotContain("hunter2");
  }

  @Test
  void whereNoBrowserOpensTheAddressIsShownAndItsAnswerCanBePasted() {
    LoginScreen absent = new LoginScreen(new PrintWriter(out), false, address -> false, null, "");
    absent.visit("https://login.example/authorize", "", 1455);
    assertThat(out.toString())
        .contains("Visit this address:", "  https://login.example/authorize")
        .contains("paste it here", "ssh -L 1455:localhost:1455");

    out.getBuffer().setLength(0);
    LoginScreen there = new LoginScreen(new PrintWriter(out), false, address -> true, null, "");
    there.visit("https://login.example/authorize", "", 1455);
    assertThat(out.toString()).contains("A browser opens").doesNotContain("paste");
  }

  @Test
  void theTimeThatIsLeftIsWrittenOverOnATerminalAndNowhereElse() {
    LoginScreen file = new LoginScreen(new PrintWriter(out), false, address -> false, null, "");
    file.waits(java.time.Duration.ofSeconds(272));
    assertThat(out.toString()).isEmpty();

    LoginScreen terminal = new LoginScreen(new PrintWriter(out), true, address -> false, null, "");
    terminal.waits(java.time.Duration.ofSeconds(272));
    terminal.hears("done");
    assertThat(out.toString()).startsWith("\r4:32 left").endsWith("\r\u001b[Kdone\n");
  }

  @Test
  void noCommandTakesASecretAsAWord() {
    CommandLine line = new CommandLine(new CredCommand());

    assertThat(line.getSubcommands().values())
        .flatExtracting(command -> command.getCommandSpec().options())
        .flatExtracting(option -> List.of(option.names()))
        .isNotEmpty()
        .noneMatch(name -> name.matches(".*(key|token|secret|password|code).*"));
  }
}
