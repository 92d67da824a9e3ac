package dev.caravan.providers;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.pool.Counts;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.pool.PoolView.ScopeView;
import dev.caravan.pool.PoolView.WindowView;
import dev.caravan.provider.Catalogue;
import dev.caravan.route.QuotaReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every case of {@code src/main/resources/shapes}, one folder a provider, through a gateway
 * that has their files of the catalogue, with their own paths, before the mock that answers as they
 * do. Each case has a key of its own, which tells the mock what to answer. A new case is a file
 * with the sections {@code client request} and {@code provider answers}, or {@code quota page};
 * {@code ./mvnw test -Dtest=RecordedShapesTest -Dproviders=accept} writes what comes of it behind,
 * to be read by people before it is kept.
 */
class RecordedShapesTest {
  private static final Path FOLDER = Path.of("src/main/resources/shapes");
  private static final boolean ACCEPT = "accept".equals(System.getProperty("providers"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> TELL_IN_HEADERS =
      Set.of("openai", "groq", "anthropic", "together_ai", "cerebras", "sambanova");
  private static final List<String> SHOWN =
      List.of(
          "anthropic-beta", "anthropic-version", "authorization", "x-api-key", "x-goog-api-key");
  private static final Pattern FRESH_ID =
      Pattern.compile("\\b(chatcmpl-|call_|msg_|toolu_|resp_|req_)[A-Za-z0-9]{24}\\b");
  private static final Pattern CREATED = Pattern.compile("\"created\":\\d+");
  private static final Pattern HOST = Pattern.compile("https://[^/\\s\"]+");

  private static final GatewayFixture GATEWAY = new GatewayFixture();
  private static final List<RecordedShape> SHAPES = shapes();

  static List<RecordedShape> shapes() {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".txt") && !FOLDER.equals(file.getParent()))
          .map(RecordedShape::read)
          .sorted(comparing(RecordedShape::provider).thenComparing(RecordedShape::name))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void begin() throws Exception {
    GATEWAY.begin();
    // whoever has to wait, or to try again, says so at once
    GATEWAY.with("GLOBAL_TIMEOUT", "2").with("MAX_RETRIES", "1");
    GATEWAY.with("QUOTA_NO_RESET_EXHAUSTION_POLICY", "cooldown");
    for (String provider : providers()) {
      String own =
          HOST.matcher(Catalogue.bundled().find(provider).orElseThrow().yaml())
              .replaceAll(GATEWAY.mockAddress() + "/providers/" + provider);
      String prefix = provider.toUpperCase(Locale.ROOT);
      GATEWAY
          .withRouteFile("providers/" + provider + ".yaml", own)
          .with(prefix + "_QUOTA_REFRESH_INTERVAL", "1");
      List<RecordedShape> cases = casesOf(provider);
      for (int i = 0; i < cases.size(); i++) {
        GATEWAY.with(prefix + "_API_KEY_" + (i + 1), key(cases.get(i)));
      }
    }
    GATEWAY.mock().record(true);
  }

  private static String key(RecordedShape shape) {
    return "sk-" + shape.name() + "-0123456789";
  }

  private static List<RecordedShape> casesOf(String provider) {
    return SHAPES.stream().filter(shape -> shape.provider().equals(provider)).toList();
  }

  @AfterAll
  static void end() throws Exception {
    GATEWAY.end();
  }

  private static Set<String> providers() {
    return new TreeSet<>(SHAPES.stream().map(RecordedShape::provider).toList());
  }

  @Test
  void everyProviderWithWaysOfItsOwnHasAnAnswerAStreamAndAnError() {
    for (String provider : providers()) {
      assertThat(casesOf(provider).stream().map(RecordedShape::name))
          .as(provider)
          .contains("plain", "stream", "error");
    }
    assertThat(providers())
        .contains(
            "gemini",
            "openai",
            "anthropic",
            "openrouter",
            "groq",
            "mistral",
            "nvidia_nim",
            "cohere",
            "chutes",
            "nanogpt",
            "firmware",
            "deepseek",
            "xai",
            "moonshot",
            "zai",
            "minimax",
            "cerebras",
            "fireworks_ai",
            "together_ai",
            "sambanova",
            "perplexity");
  }

  /** The others tell nothing before they refuse. */
  @Test
  void whoeverTellsItsQuotaHasACaseOfIt() {
    assertThat(providers().stream().filter(p -> tellsQuota(p) || TELL_IN_HEADERS.contains(p)))
        .allSatisfy(
            provider ->
                assertThat(casesOf(provider).stream().map(RecordedShape::name))
                    .as(provider)
                    .contains("quota"));
  }

  private static boolean tellsQuota(String provider) {
    return Catalogue.bundled().find(provider).orElseThrow().provider().quotaReader().isPresent();
  }

  @Test
  void theMockKnowsEachOfThem() throws IOException {
    Path index = FOLDER.resolve("index.txt");
    String wanted =
        SHAPES.stream()
            .map(shape -> shape.provider() + "/" + shape.name() + "\n")
            .collect(joining());
    if (ACCEPT) {
      Files.writeString(index, wanted);
    }

    assertThat(Files.readString(index)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void isAskedAndUnderstoodAsWritten(RecordedShape shape) throws Exception {
    Pool pool = Objects.requireNonNull(GATEWAY.gateway().pools().find(shape.provider()));
    pool.operator().clearAll();
    pool.operator().pin(null, credential(shape, pool).fingerprint());
    GATEWAY.mock().reset();

    Map<String, String> made =
        shape.has(RecordedShape.QUOTA) ? quota(shape, pool) : call(shape, pool);

    if (ACCEPT) {
      shape.accept(made);
    }
    RecordedShape kept = RecordedShape.read(shape.file());
    made.forEach((name, text) -> assertThat(kept.section(name)).as(name).isEqualTo(text));
  }

  private static Map<String, String> call(RecordedShape shape, Pool pool) throws Exception {
    Counts before = credential(shape, pool).totals();
    ClientAnswer answer = send(shape.section(RecordedShape.REQUEST));
    Eventually.holds("it is settled", () -> pool.view().leasesActive() == 0);
    Map<String, String> made = new LinkedHashMap<>();
    made.put(RecordedShape.GETS, received(shape));
    made.put(RecordedShape.CLIENT, client(shape, answer));
    if (answer.status() == 200) {
      made.put(RecordedShape.COUNTED, counted(before, credential(shape, pool).totals()));
    }
    if (answer.status() != 200 || !credential(shape, pool).cooldowns().isEmpty()) {
      made.put(RecordedShape.VERDICT, verdict(credential(shape, pool)));
    }
    String windows = windows(credential(shape, pool));
    if (answer.status() == 200 && !windows.isEmpty()) {
      made.put("quota read", windows);
    }
    return made;
  }

  private static Map<String, String> quota(RecordedShape shape, Pool pool) throws Exception {
    QuotaReading reading = GATEWAY.quotaReading();
    Eventually.holds("it is asked for", () -> reading.readAll() >= 0 && seen(shape) != null);
    // the figures are there when the reading that brought them is over
    Eventually.holds("it is taken over", () -> !told(shape, pool).isEmpty());
    Map<String, String> made = new LinkedHashMap<>();
    made.put(RecordedShape.GETS, received(shape));
    made.put("quota read", told(shape, pool));
    return made;
  }

  private static String told(RecordedShape shape, Pool pool) {
    CredentialView credential = credential(shape, pool);
    String windows = windows(credential);
    String rests = credential.cooldowns().isEmpty() ? "" : verdict(credential);
    return (windows + "\n" + rests).strip();
  }

  // ---- the two ends

  private static ClientAnswer send(String request) {
    boolean path = request.startsWith("POST ");
    String first = path ? request.lines().findFirst().orElseThrow().substring(5) : "";
    String body = path ? request.substring(request.indexOf('\n') + 1) : request;
    return Client.send(
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d%s"
                        .formatted(
                            GATEWAY.gateway().port(), path ? first : "/v1/chat/completions")))
            .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .header("content-type", "application/json")
            .timeout(GatewayFixture.PATIENCE)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  /** What the mock has got with the key of this case. */
  private static @Nullable ReceivedRequest seen(RecordedShape shape) {
    String method = shape.has(RecordedShape.QUOTA) ? "GET" : "POST";
    return GATEWAY.mock().requests().stream()
        .filter(request -> request.method().equals(method))
        .filter(request -> request.path().startsWith("/providers/" + shape.provider() + "/"))
        .filter(request -> request.headers().toString().contains(key(shape)))
        .filter(request -> !request.path().endsWith("/models"))
        .findFirst()
        .orElse(null);
  }

  // ---- what is shown

  private static String received(RecordedShape shape) throws IOException {
    ReceivedRequest request = seen(shape);
    if (request == null) {
      return "nothing";
    }
    StringBuilder text =
        new StringBuilder(
            request.method()
                + " "
                + request.path().replace("/providers/" + shape.provider() + "/", "/"));
    for (String header : SHOWN) {
      request
          .header(header)
          .forEach(value -> text.append('\n').append(header).append(": ").append(value));
    }
    if (request.body().length > 0) {
      text.append("\n\n").append(pretty(request.text()));
    }
    return text.toString();
  }

  private static String client(RecordedShape shape, ClientAnswer answer) throws IOException {
    if (answer.status() != 200) {
      JsonNode error = answer.json().path("error");
      return "%d %s"
          .formatted(answer.status(), error.path("code").asText(error.path("type").asText()))
          .strip();
    }
    String body = FRESH_ID.matcher(answer.body()).replaceAll("$1*");
    if (!shape.section(RecordedShape.ANSWER).contains("\"created\":")) {
      body = CREATED.matcher(body).replaceAll("\"created\":1760000000");
    }
    boolean stream = answer.header("content-type").startsWith("text/event-stream");
    return stream ? body.strip() : pretty(body);
  }

  private static CredentialView credential(RecordedShape shape, Pool pool) {
    return pool.view().credentials().get(casesOf(shape.provider()).indexOf(shape));
  }

  private static String counted(Counts before, Counts after) {
    List<String> counts = new ArrayList<>();
    count(counts, "prompt", after.prompt() - before.prompt());
    count(counts, "cached", after.cacheRead() - before.cacheRead());
    count(counts, "written to the cache", after.cacheWrite() - before.cacheWrite());
    count(counts, "completion", after.completion() - before.completion());
    count(counts, "thinking", after.thinking() - before.thinking());
    double cost = after.cost() - before.cost();
    counts.add(cost > 0 ? "cost $%.8f".formatted(cost) : "no cost");
    return String.join(", ", counts);
  }

  private static void count(List<String> counts, String name, long count) {
    if (count != 0) {
      counts.add(name + " " + count);
    }
  }

  private static String verdict(CredentialView credential) {
    return credential.cooldowns().isEmpty()
        ? "no cooldown"
        : credential.cooldowns().stream()
            .map(view -> view.cooldown())
            .map(
                cooldown ->
                    "%s: %s for %d s"
                        .formatted(
                            cooldown.scope(),
                            cooldown.reason(),
                            seconds(Duration.between(cooldown.since(), cooldown.until()))))
            .collect(joining("\n"));
  }

  /** Of long ones a second is no matter: moments in whole seconds are told. */
  private static long seconds(Duration rest) {
    double seconds = rest.toMillis() / 1000.0;
    return seconds < 600 ? Math.round(seconds) : Math.round(seconds / 10) * 10;
  }

  private static String windows(CredentialView credential) {
    List<String> lines = new ArrayList<>();
    for (ScopeView scope : credential.scopes()) {
      for (WindowView window : scope.windows()) {
        if (window.limit() != null) {
          lines.add(
              "%s, %s: limit %d, remaining %d"
                  .formatted(scope.scope(), window.name(), window.limit(), window.remaining()));
        }
      }
    }
    return String.join("\n", lines);
  }

  private static String pretty(String json) throws IOException {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
    return JSON.writer(printer).writeValueAsString(JSON.readTree(json)).strip();
  }
}
