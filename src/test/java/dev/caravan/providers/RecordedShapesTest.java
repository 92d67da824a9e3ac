package dev.caravan.providers;

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
import dev.caravan.pool.Counts;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.pool.PoolView.ScopeView;
import dev.caravan.pool.PoolView.WindowView;
import dev.caravan.provider.Catalogue;
import dev.caravan.route.QuotaReading;
import dev.caravan.upstream.FakeUpstream;
import dev.caravan.upstream.FakeUpstream.Received;
import dev.caravan.upstream.FakeUpstream.Visit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every case of {@code src/test/resources/providers}, one folder a provider, through a gateway
 * that has their files of the catalogue, with their own paths, before a server that answers as they
 * do. A new case is a file with the sections {@code client request} and {@code provider answers},
 * or {@code quota page}; {@code ./mvnw test -Dtest=RecordedShapesTest -Dproviders=accept} writes
 * what comes of it behind, to be read by people before it is kept.
 */
class RecordedShapesTest {
  private static final Path FOLDER = Path.of("src/test/resources/providers");
  private static final boolean ACCEPT = "accept".equals(System.getProperty("providers"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "sk-recorded-0123456789";
  private static final Set<String> SHOWN =
      Set.of("authorization", "x-api-key", "x-goog-api-key", "anthropic-version", "anthropic-beta");
  private static final Pattern FRESH_ID =
      Pattern.compile("\\b(chatcmpl-|call_|msg_|toolu_|resp_|req_)[A-Za-z0-9]{24}\\b");
  private static final Pattern CREATED = Pattern.compile("\"created\":\\d+");
  private static final Pattern IN_SECONDS = Pattern.compile("\\{in (\\d+) s(, (ms|iso))?}");
  private static final Pattern HOST = Pattern.compile("https://[^/\\s\"]+");

  private static final GatewayFixture GATEWAY = new GatewayFixture();
  private static final AtomicReference<@Nullable RecordedShape> NOW = new AtomicReference<>();
  private static final AtomicReference<@Nullable Received> SEEN = new AtomicReference<>();
  private static @Nullable FakeUpstream upstream;

  static List<RecordedShape> shapes() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(RecordedShape::read)
          .toList();
    }
  }

  @BeforeAll
  static void begin() throws Exception {
    FakeUpstream server = FakeUpstream.that(RecordedShapesTest::serve);
    upstream = server;
    GATEWAY.begin();
    // whoever has to wait, or to try again, says so at once
    GATEWAY.with("GLOBAL_TIMEOUT", "2").with("MAX_RETRIES", "1");
    GATEWAY.with("QUOTA_NO_RESET_EXHAUSTION_POLICY", "cooldown");
    String address = server.baseUrl().replaceFirst("/v1$", "");
    for (String provider : providers()) {
      String own =
          HOST.matcher(Catalogue.bundled().find(provider).orElseThrow().yaml())
              .replaceAll(address + "/" + provider);
      String prefix = provider.toUpperCase(Locale.ROOT);
      GATEWAY
          .withRouteFile("providers/" + provider + ".yaml", own)
          .with(prefix + "_API_KEY", KEY)
          .with(prefix + "_QUOTA_REFRESH_INTERVAL", "1");
    }
  }

  @AfterAll
  static void end() throws Exception {
    GATEWAY.end();
    Objects.requireNonNull(upstream).close();
  }

  private static Set<String> providers() throws IOException {
    return new TreeSet<>(shapes().stream().map(RecordedShape::provider).toList());
  }

  @Test
  void everyProviderWithWaysOfItsOwnHasAnAnswerAStreamAndAnError() throws IOException {
    for (String provider : providers()) {
      List<String> files =
          shapes().stream()
              .filter(shape -> shape.provider().equals(provider))
              .map(shape -> String.valueOf(shape.file().getFileName()))
              .toList();
      assertThat(files).as(provider).contains("plain.txt", "stream.txt", "error.txt");
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

  @ParameterizedTest
  @MethodSource("shapes")
  void isAskedAndUnderstoodAsWritten(RecordedShape shape) throws Exception {
    Pool pool = Objects.requireNonNull(GATEWAY.gateway().pools().find(shape.provider()));
    pool.clearCooldowns();
    NOW.set(shape);
    SEEN.set(null);

    Map<String, String> made = shape.has(RecordedShape.QUOTA) ? quota(pool) : call(shape, pool);

    if (ACCEPT) {
      shape.accept(made);
    }
    RecordedShape kept = RecordedShape.read(shape.file());
    made.forEach((name, text) -> assertThat(kept.section(name)).as(name).isEqualTo(text));
  }

  private static Map<String, String> call(RecordedShape shape, Pool pool) throws Exception {
    Counts before = credential(pool).totals();
    ClientAnswer answer = send(shape.section(RecordedShape.REQUEST));
    Eventually.holds("it is settled", () -> pool.view().leasesActive() == 0);
    Map<String, String> made = new LinkedHashMap<>();
    made.put(RecordedShape.GETS, received(shape));
    made.put(RecordedShape.CLIENT, client(shape, answer));
    if (answer.status() == 200) {
      made.put(RecordedShape.COUNTED, counted(before, credential(pool).totals()));
    }
    if (answer.status() != 200 || !credential(pool).cooldowns().isEmpty()) {
      made.put(RecordedShape.VERDICT, verdict(credential(pool)));
    }
    return made;
  }

  private static Map<String, String> quota(Pool pool) throws Exception {
    QuotaReading reading =
        GATEWAY
            .gateway()
            .context()
            .getRegistry()
            .lookupByNameAndType("quotaReading", QuotaReading.class);
    Eventually.holds("it is asked for", () -> reading.readDue() >= 0 && SEEN.get() != null);
    // the figures are there when the reading that brought them is over
    Eventually.holds("it is taken over", () -> !told(pool).isEmpty());
    Map<String, String> made = new LinkedHashMap<>();
    made.put(RecordedShape.GETS, received(Objects.requireNonNull(NOW.get())));
    made.put("quota read", told(pool));
    return made;
  }

  private static String told(Pool pool) {
    CredentialView credential = credential(pool);
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

  private static void serve(Visit visit) throws IOException {
    for (Received request = visit.request(); request != null; request = visit.request()) {
      RecordedShape shape = NOW.get();
      boolean asked = request.line().startsWith("GET ");
      String section = asked ? RecordedShape.QUOTA : RecordedShape.ANSWER;
      boolean meant =
          shape != null
              && shape.has(section)
              && !(asked && request.line().contains("/models"))
              && request.line().contains(" /" + shape.provider() + "/");
      if (meant) {
        SEEN.set(request);
      }
      visit.send(http(meant && shape != null ? shape.section(section) : "404\n\n{}"));
    }
  }

  private static String http(String written) {
    String[] parts = filled(written).split("\n\n", 2);
    String[] head = parts[0].split("\n");
    String body = parts.length < 2 ? "" : parts[1];
    boolean stream = body.startsWith("data:") || body.startsWith("event:") || body.startsWith(":");
    String sent = stream ? body + "\n\n" : body;
    StringBuilder text = new StringBuilder("HTTP/1.1 " + head[0].strip() + " Told\r\n");
    for (int i = 1; i < head.length; i++) {
      text.append(head[i]).append("\r\n");
    }
    text.append("content-type: ")
        .append(stream ? "text/event-stream" : "application/json")
        .append("\r\ncontent-length: ")
        .append(sent.getBytes(StandardCharsets.UTF_8).length)
        .append("\r\n\r\n");
    return text + sent;
  }

  /** {@code {in 60 s}} is an epoch in seconds, with {@code , ms} or {@code , iso} another form. */
  private static String filled(String text) {
    return IN_SECONDS
        .matcher(text)
        .replaceAll(
            match -> {
              long at = System.currentTimeMillis() + 1000 * Long.parseLong(match.group(1));
              return switch (String.valueOf(match.group(3))) {
                case "ms" -> Long.toString(at);
                case "iso" -> java.time.Instant.ofEpochMilli(at).toString();
                default -> Long.toString(Math.round(at / 1000.0));
              };
            });
  }

  // ---- what is shown

  private static String received(RecordedShape shape) throws IOException {
    Received request = SEEN.get();
    if (request == null) {
      return "nothing";
    }
    StringBuilder text =
        new StringBuilder(
            request.line().replace("/" + shape.provider() + "/", "/").replace(" HTTP/1.1", ""));
    request.headers().entrySet().stream()
        .filter(header -> SHOWN.contains(header.getKey()))
        .forEach(
            header ->
                text.append('\n').append(header.getKey()).append(": ").append(header.getValue()));
    if (!request.body().isEmpty()) {
      text.append("\n\n").append(pretty(request.body()));
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

  private static CredentialView credential(Pool pool) {
    return pool.view().credentials().getFirst();
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
                            Math.round(
                                Duration.between(cooldown.since(), cooldown.until()).toMillis()
                                    / 1000.0)))
            .collect(joining("\n"));
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
