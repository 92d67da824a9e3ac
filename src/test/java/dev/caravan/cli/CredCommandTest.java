package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.mock.MockLogin;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as a person types them, before an identity provider over HTTP. */
class CredCommandTest {
  private static final Pattern ADDRESS = Pattern.compile("http://\\S+/authorize\\S+");

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin mock;

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
              if (command.getCommand() instanceof CredCommand.LogIn login) {
                login.desk.input = new ByteArrayInputStream(new byte[0]);
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
}
