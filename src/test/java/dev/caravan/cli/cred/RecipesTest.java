package dev.caravan.cli.cred;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.cli.LocalVendors;
import dev.caravan.mock.MockLogin;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * The table "Each provider" of docs/oauth.md, every command of it as written, with the vendors'
 * hosts replaced by local ones: on a desktop, over SSH, and in a container that has nothing but the
 * variables.
 */
class RecipesTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|(.*caravan cred.*)\\|$");
  private static final Pattern COMMAND = Pattern.compile("`caravan cred ([^`]+)`");
  private static final Pattern ADDRESS = Pattern.compile("(?m)^  (http://\\S+)$");
  // as docker reads the file of --env-file: quotes are a part of the value
  private static final Pattern VARIABLE = Pattern.compile("(?m)^(\\w+)=(.*)$");

  @RegisterExtension final GatewayFixture fixture = new GatewayFixture();

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin mock;

  private InputStream typed = InputStream.nullInputStream();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** One line of the table. */
  record Recipe(String provider, List<String> commands) {
    @Override
    public String toString() {
      return provider;
    }
  }

  static Stream<Recipe> recipes() throws IOException {
    List<Recipe> recipes = new ArrayList<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("docs/oauth.md")));
    while (row.find()) {
      recipes.add(
          new Recipe(
              row.group(1),
              COMMAND.matcher(row.group(2)).results().map(found -> found.group(1)).toList()));
    }
    assertThat(recipes)
        .extracting(Recipe::provider)
        .containsExactlyInAnyOrder(
            "openai_codex", "gemini_cli", "antigravity", "qwen_code", "iflow");
    return recipes.stream();
  }

  @BeforeEach
  void start() throws IOException {
    mock = MockLogin.start(0);
    mock.pendingPolls(0);
    mock.resourceUrl(fixture.mockAddress() + "/v1");
  }

  @AfterEach
  void stop() {
    mock.close();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  @DisplayName("operations.md 23, 18: an export answers in a container")
  void everyCommandOfThePageDoesWhatItSays(Recipe recipe) throws Exception {
    String provider = recipe.provider();
    Path yaml = withLocalVendor(provider);
    assertThat(recipe.commands()).hasSize(3);
    String desktop = recipe.commands().get(0);
    String ssh = recipe.commands().get(1);
    Path file = home.resolve("oauth_creds").resolve(provider + "_oauth_1.json");

    assertThat(comesBack(desktop)).as(desktop + err).isZero();
    assertThat(file).exists();
    Files.delete(file);
    out.getBuffer().setLength(0);
    assertThat(pastes(ssh)).as(ssh + err).isZero();
    assertThat(file).exists();

    assertThat(run(recipe.commands().get(2))).as(err.toString()).isZero();

    Matcher variable = VARIABLE.matcher(Files.readString(home.resolve(provider + ".env")));
    while (variable.find()) {
      fixture.with(variable.group(1), variable.group(2));
    }
    fixture.with(stem(provider) + "_ENABLED", "true");
    fixture.with(stem(provider) + "_OAUTH_CLIENT_ID", "caravan-test");
    fixture.with(stem(provider) + "_OAUTH_CLIENT_SECRET", "secret-of-caravan-test");
    fixture.withRouteFile("providers/" + provider + ".yaml", Files.readString(yaml));
    boolean google = List.of("gemini_cli", "antigravity").contains(provider);
    ClientAnswer answer = fixture.ask(provider + (google ? "/gemini-2.5-flash" : "/mock-5x0ms"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(fixture.pool(provider).credentials())
        .singleElement()
        .satisfies(c -> assertThat(c.label()).isEqualTo("env://" + provider + "/1"));
  }

  /** The built-in file with other hosts, and the settings that a login needs. */
  private Path withLocalVendor(String provider) throws IOException {
    String local =
        LocalVendors.file(provider, mock.url(), fixture.mockAddress())
            .replaceAll(
                "callbackPort: .*", "callbackPort: \"0\""); // the vendor's may be taken here
    Path yaml = home.resolve("routes/providers").resolve(provider + ".yaml");
    Files.createDirectories(yaml.resolveSibling(""));
    Files.writeString(yaml, local);
    Files.writeString(
        home.resolve(".env"),
        "%1$s_OAUTH_CLIENT_ID=caravan-test\n%1$s_OAUTH_CLIENT_SECRET=secret-of-caravan-test\n"
            .formatted(stem(provider)));
    return yaml;
  }

  private static String stem(String provider) {
    return provider.toUpperCase(Locale.ROOT);
  }

  private int run(String words) {
    CommandLine line = new CommandLine(new CredCommand());
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err, true));
    for (CommandLine command : line.getSubcommands().values()) {
      if (command.getCommand() instanceof LoginCommand login) {
        login.desk.input = typed;
        login.desk.browser = address -> false; // nobody wants windows to open while tests run
      }
    }
    List<String> all = new ArrayList<>(List.of(words.split(" ")));
    all.replaceAll(word -> word.endsWith(".env") ? home.resolve(word).toString() : word);
    all.addAll(List.of("--home", home.toString(), "--routes", home.resolve("routes").toString()));
    return line.execute(all.toArray(String[]::new));
  }

  /** Somebody agrees in a browser of this machine. */
  private int comesBack(String command) {
    CompletableFuture<Void> browser = CompletableFuture.runAsync(() -> get(visit()));
    int code = run(command);
    assertThat(code).as(command + ": " + err).isZero();
    browser.join();
    return code;
  }

  /** Somebody agrees elsewhere and pastes where the browser has ended. */
  private int pastes(String command) throws IOException {
    try (PipedOutputStream keyboard = new PipedOutputStream()) {
      typed = new PipedInputStream(keyboard);
      CompletableFuture<Void> person =
          CompletableFuture.runAsync(
              () -> {
                String back = visit();
                try {
                  keyboard.write((back + "\n").getBytes(StandardCharsets.UTF_8));
                  keyboard.flush();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      int code = run(command);
      assertThat(code).as(command + ": " + err).isZero();
      person.join();
      return code;
    }
  }

  /** Agrees; the address that comes after that, or where it was when there is none. */
  private String visit() {
    Eventually.holds("an address", () -> ADDRESS.matcher(out.toString()).find());
    Matcher address = ADDRESS.matcher(out.toString());
    assertThat(address.find()).isTrue();
    return get(address.group(1)).headers().firstValue("location").orElse(address.group(1));
  }

  private static HttpResponse<String> get(String address) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(address)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
