package dev.caravan.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every folder of examples/, as it lies there, on a running gateway. */
class ExamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EXAMPLES = Path.of("examples");

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void record() {
    gateway.withAdmin();
    gateway.mock().record(true);
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  /** Lays an example over the routes that come with the gateway, some of its properties changed. */
  private void use(String example, Map<String, String> changed) {
    Path folder = EXAMPLES.resolve(example);
    try {
      Properties properties = new Properties();
      Path file = folder.resolve("application.properties");
      if (Files.exists(file)) {
        try (var in = Files.newBufferedReader(file)) {
          properties.load(in);
        }
      }
      assertThat(properties.keySet()).containsAll(changed.keySet());
      properties.putAll(changed);
      try (var out = Files.newBufferedWriter(gateway.home().resolve("application.properties"))) {
        properties.store(out, null);
      }
      try (Stream<Path> files = Files.walk(folder.resolve("routes"))) {
        for (Path route : files.filter(Files::isRegularFile).toList()) {
          gateway.withRouteFile(
              folder.resolve("routes").relativize(route).toString(), Files.readString(route));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ReceivedRequest upstream() {
    return gateway.mock().requests().getLast();
  }

  private String modelAsked() throws IOException {
    return JSON.readTree(upstream().text()).path("model").asText();
  }

  private static String question(String model, String text) {
    return """
        {"model":"%s","messages":[{"role":"user","content":"%s"}]}"""
        .formatted(model, text);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void eachHasAReadmeOfAboutTenLinesAndIsInTheList(Path example) throws IOException {
    List<String> readme = Files.readAllLines(example.resolve("README.md"));

    assertThat(readme).hasSizeBetween(6, 14);
    assertThat(Files.readString(EXAMPLES.resolve("README.md")))
        .contains("(%s)".formatted(example.getFileName()));
  }

  @Test
  void aliasWithFallback() {
    gateway
        .withProvider("groq", "sk-500-1")
        .withProvider("cerebras", "sk-rl30-1")
        .withProvider("mistral", "sk-good-1");
    use("alias-with-fallback", Map.of());

    ClientAnswer answer = gateway.ask("company/fast");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Provider")).isEqualTo("mistral");
    assertThat(answer.json().path("model").asText()).isEqualTo("company/fast");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cheaperAtNight(boolean night) throws IOException {
    gateway.withProvider("groq", "sk-good-1");
    LocalTime now = LocalTime.now(ZoneId.of("UTC"));
    DateTimeFormatter form = DateTimeFormatter.ofPattern("HHmm");
    // a night around this moment, or one on the other side of the clock, over midnight or not
    LocalTime from = now.plusHours(night ? -2 : 8);
    LocalTime to = now.plusHours(night ? 2 : 10);
    boolean overMidnight = from.isAfter(to);
    use(
        "cheaper-at-night",
        Map.of(
            "night.zone", "UTC",
            "night.from", overMidnight ? form.format(from) : night ? "0000" : "9999",
            "night.to", overMidnight ? form.format(to) : night ? "2400" : "0000"));

    assertThat(gateway.ask("company/smart").status()).isEqualTo(200);
    assertThat(modelAsked()).isEqualTo(night ? "llama-3.1-8b-instant" : "llama-3.3-70b-versatile");
  }

  @Test
  void maskEmails() {
    use("mask-emails", Map.of());

    ClientAnswer answer =
        gateway.post(question("acme/mock-1", "write to Ann.Other+x@corp.example.com, please"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(upstream().text())
        .contains("write to someone@masked.example, please")
        .doesNotContain("corp.example.com");
  }

  @Test
  void maskEmailsLeavesOtherRequestsAsTheyAre() {
    use("mask-emails", Map.of());
    String request = question("acme/mock-1", "no  address @ all");

    gateway.post(request);

    assertThat(upstream().text()).isEqualTo(request.replace("acme/mock-1", "mock-1"));
  }

  @Test
  void auditCalls() {
    Path folder = gateway.home().resolve("audit");
    use("audit-calls", Map.of("audit.folder", folder.toString()));

    String id = gateway.ask("acme/mock-1").header("X-Request-Id");
    gateway.ask("nobody/at-home");

    Path file = folder.resolve("calls.jsonl");
    Eventually.holds("two lines", () -> lines(file).size() == 2);
    assertThat(String.join("\n", lines(file)))
        .contains(id)
        .contains("\"end\":\"answered\"")
        .contains("\"end\":\"failed\"");
    Eventually.holds(
        "the queue has it",
        () -> gateway.logged().stream().anyMatch(l -> l.contains("audit {") && l.contains(id)));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void guardWords() {
    use("guard-words", Map.of());

    ClientAnswer refused =
        gateway.post(question("acme/mock-1", "tell me about Project Nightingale"));
    ClientAnswer answered = gateway.post(question("acme/mock-1", "tell me about birds"));

    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().at("/error/message").asText()).contains("must not be named");
    assertThat(answered.status()).isEqualTo(200);
    assertThat(gateway.mock().requests()).hasSize(1);
  }

  @Test
  void ownProvider() {
    gateway.withProvider("groq", "sk-good-9").with("ACME_API_KEY_1", "sk-good-1");
    String base = gateway.mock().baseUrl();
    use("own-provider", Map.of("acme.base", base));

    ClientAnswer models = gateway.client().get("/v1/models");
    // the mock knows the paths of OpenAI only, which is told as it is
    gateway.post(
        """
        {"model":"acme/large","seed":7,"max_completion_tokens":5,
         "messages":[{"role":"user","content":"hi"}]}""");

    assertThat(models.body()).contains("acme/large", "acme/small");
    assertThat(upstream().path()).endsWith("/api/v2/chat");
    assertThat(upstream().header("X-Acme-Key")).containsExactly("sk-good-1");
    assertThat(upstream().header("Authorization")).isEmpty();
    assertThat(upstream().header("X-Acme-Tenant")).containsExactly("research");
    assertThat(upstream().text())
        .contains("\"acme-large-2026-08\"")
        .contains("\"max_tokens\":5")
        .doesNotContain("seed");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void splitTraffic(int percent) {
    gateway.withProvider("groq", "sk-good-1").withProvider("cerebras", "sk-good-2");
    Path folder = gateway.home().resolve("split");
    use(
        "split-traffic",
        Map.of("split.percent", Integer.toString(percent), "split.folder", folder.toString()));

    for (int i = 0; i < 5; i++) {
      assertThat(gateway.ask("company/chat").header("X-Gateway-Provider"))
          .isEqualTo(percent == 0 ? "groq" : "cerebras");
    }
    gateway.ask("groq/mock-1");

    Path file = folder.resolve("split.csv");
    Eventually.holds("a line for each call of the split", () -> lines(file).size() == 5);
    assertThat(lines(file))
        .allMatch(
            line ->
                line.matches(
                    percent == 0
                        ? "use,groq/llama-3.3-70b-versatile,answered,\\d+,\\d+,\\d+"
                        : "try,cerebras/llama-3.3-70b,answered,\\d+,\\d+,\\d+"));
  }

  @Test
  void wiretapToLog() {
    use("wiretap-to-log", Map.of());

    gateway.post(question("acme/mock-1", "a question for the log"));

    Eventually.holds(
        "it is logged",
        () -> gateway.logged().stream().anyMatch(l -> l.contains("a question for the log")));
  }

  @Test
  void providerByHttp() {
    gateway.withProvider("groq", "sk-good-9").with("ACME_API_KEY_1", "sk-good-1");
    use("provider-by-http", Map.of("acme.base", gateway.mock().baseUrl()));

    ClientAnswer answer = gateway.ask("acme/mock-1");
    ClientStream stream = gateway.streamOf("acme/mock-30x20ms").awaitEvents(2);
    boolean early = !stream.isOver();
    stream.awaitEnd();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("model").asText()).isEqualTo("acme/mock-1");
    assertThat(answer.headers().map().keySet()).doesNotContain("authorization", "server");
    assertThat(early).as("the stream is sent as it comes").isTrue();
    assertThat(stream.isDone()).isTrue();
    assertThat(stream.contents()).hasSize(30);
    assertThat(stream.headers().map().keySet()).doesNotContain("authorization");
    assertThat(upstream().header("Authorization")).containsExactly("Bearer sk-good-1");
  }

  @Test
  void providerByHttpTakesTheNextKeyWhenOneIsLimited() {
    gateway
        .withProvider("groq", "sk-good-9")
        .with("ACME_API_KEY_1", "sk-rl30-1")
        .with("ACME_API_KEY_2", "sk-good-1");
    gateway.with("ROTATION_MODE_ACME", "sequential");
    use("provider-by-http", Map.of("acme.base", gateway.mock().baseUrl()));

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Attempts")).isEqualTo("2");
  }

  @Test
  void componentFromAJar(@TempDir Path work) throws IOException {
    use("component-from-a-jar", Map.of());
    Path lib = Files.createDirectories(gateway.home().resolve("lib"));
    jar(EXAMPLES.resolve("component-from-a-jar/src"), work, lib.resolve("shout.jar"));

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(upstream().header("X-Asked-By")).containsExactly("DEFAULT");
  }

  private static void jar(Path source, Path classes, Path jar) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int result =
        compiler.run(
            null,
            OutputStream.nullOutputStream(),
            null,
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            source.resolve("example/shout/ShoutComponent.java").toString());
    assertThat(result).isZero();
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, classes);
      add(out, source);
    }
  }

  private static void add(JarOutputStream out, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (!name.endsWith(".java")) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
    }
  }
}
