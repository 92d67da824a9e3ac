package dev.caravan.secrecy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.RawConnection;
import dev.caravan.RunningProcess;
import dev.caravan.mock.MockProvider;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sentinel values in every secret, everything that can go wrong driven, and every sink searched
 * (operations.md 23, case 33).
 */
class CanaryTest {
  private static final String CLIENT_KEY = "gk-canary-zq7vk3m9xw2";
  private static final String WRONG_KEY = "gk-canary-nobody-p4tr8";
  private static final String ADMIN_TOKEN = "canary-admin-h5jd0c6";

  /** Drills by the name of a provider that only has a key with this drill. */
  private static final List<String> DRILLS =
      List.of(
          "good",
          "rl30",
          "rl1",
          "quota",
          "broke",
          "bad",
          "leak",
          "leak-err0",
          "leak-err3",
          "403",
          "402",
          "404",
          "409",
          "ctx",
          "500",
          "503",
          "html",
          "gone",
          "drop0",
          "drop3",
          "err0",
          "err3",
          "garbage",
          "empty",
          "hang",
          "stall3");

  /** Accounts whose refreshes are refused by a vendor that repeats what it was sent. */
  private static final Map<String, String> ACCOUNTS =
      Map.of("gemini_cli", "words", "antigravity", "code", "qwen_code", "code", "iflow", "page");

  @TempDir Path home;
  @TempDir Path output;
  @TempDir Path accounts;

  @Test
  @DisplayName("rotation.md case 85, W19; operations.md 23, 33: no sink holds any secret")
  void noSinkHoldsAnySecretWhateverGoesWrongAndHoweverMuchIsLogged() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (MockProvider mock = MockProvider.start(vertx, "127.0.0.1", 0);
        TalkativeVendor vendor = TalkativeVendor.start()) {
      Map<String, String> secrets = secrets();
      Map<String, String> environment = environment(mock, secrets);
      environment.putAll(accountsOf(mock, vendor, secrets));
      Sinks sinks = new Sinks();
      try (RunningProcess gateway =
          RunningProcess.start(
              home,
              output,
              environment,
              "--drain-timeout",
              "1",
              "--enable-request-logging",
              "--enable-raw-logging")) {
        drive(gateway.port(), sinks);
        gateway.terminate();
        assertThat(gateway.exitCode()).isZero();
        sinks.add("standard output", gateway.out()).add("standard error", gateway.err());
      }
      sinks.addFiles(home);
      everyLogHasBeenWritten();
      assertThat(vendor.asked()).isGreaterThanOrEqualTo(ACCOUNTS.size());

      assertThat(mock.stats().perKey().keySet()).containsAll(keysOf(secrets));
      assertThat(sinks.size()).isGreaterThan(3 * DRILLS.size());
      sinks.holdNone(secrets.values());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** Files that are not there hold no secret either. */
  private void everyLogHasBeenWritten() throws IOException {
    Path logs = home.resolve("logs");
    assertThat(logs.resolve("proxy.log")).isNotEmptyFile();
    assertThat(logs.resolve("failures.log")).isNotEmptyFile();
    try (Stream<Path> files = Files.walk(logs)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())).distinct().toList())
          .contains(
              "transactions",
              "raw_io",
              "request.json",
              "response.json",
              "streaming_chunks.jsonl",
              "final_response.json",
              "request_payload.json",
              "response_stream.log",
              "error.log");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "key=%s&x",
        "{\"key\":\"%s\"}",
        "Bearer %s",
      })
  void theSearchItselfFindsASecretInAnySink(String around) throws IOException {
    String planted = around.formatted(CLIENT_KEY);
    Files.writeString(home.resolve("state.json"), planted, StandardCharsets.UTF_8);
    Sinks file = new Sinks().addFiles(home);
    Sinks answer = new Sinks().add("answer", planted);
    Sinks encoded =
        new Sinks()
            .add(
                "header",
                Base64.getEncoder().encodeToString(CLIENT_KEY.getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> file.holdNone(List.of("other", CLIENT_KEY)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("file state.json");
    assertThatThrownBy(() -> answer.holdNone(List.of(CLIENT_KEY)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("answer");
    assertThatThrownBy(() -> encoded.holdNone(List.of(CLIENT_KEY)))
        .isInstanceOf(AssertionError.class);
    new Sinks().add("answer", "nothing").addFiles(output).holdNone(List.of(CLIENT_KEY));
  }

  private static Map<String, String> secrets() {
    Map<String, String> secrets = new LinkedHashMap<>();
    secrets.put("PROXY_API_KEY", CLIENT_KEY);
    secrets.put("ADMIN_TOKEN", ADMIN_TOKEN);
    secrets.put("the wrong key", WRONG_KEY);
    secrets.putAll(tokens());
    for (String drill : DRILLS) {
      secrets.put(
          variable(drill) + "_API_KEY_1", "sk-" + drill + "-canary" + drill.length() + "qx");
    }
    return secrets;
  }

  /** Those of an account, by their variables. */
  private static Map<String, String> tokens() {
    return Map.of(
        "OPENAI_CODEX_1_ACCESS_TOKEN", "token-good-canary-c8rd2",
        "OPENAI_CODEX_1_REFRESH_TOKEN", "refresh-canary-w6nt9",
        "OPENAI_CODEX_1_ID_TOKEN", "e30.e30.canary-k3ph5");
  }

  /**
   * Their files, outside of the folder that is searched, and what a gateway has to know of them.
   */
  private Map<String, String> accountsOf(
      MockProvider mock, TalkativeVendor vendor, Map<String, String> secrets) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    environment.put("OAUTH_CREDS_DIR", accounts.toString());
    environment.put("ANTIGRAVITY_ENABLED", "true");
    for (Map.Entry<String, String> account : ACCOUNTS.entrySet()) {
      String name = account.getKey();
      String stem = name.toUpperCase(Locale.ROOT);
      StringBuilder file = new StringBuilder("{\"token_uri\":\"" + vendor.url(account.getValue()));
      file.append("\",\"expiry_date\":1767225600000");
      for (String member :
          List.of(
              "access_token",
              "refresh_token",
              "id_token",
              "api_key",
              "cookie",
              "client_id",
              "client_secret",
              "email")) {
        String secret = "%s-%s-canary-%d".formatted(member.replace('_', '-'), name, name.length());
        if (!member.equals("client_id")) {
          secrets.put(name + " " + member, secret);
        }
        file.append(",\"").append(member).append("\":\"").append(secret).append('"');
      }
      Files.writeString(accounts.resolve(name + "_oauth_1.json"), file.append('}'));
      environment.put(stem + "_API_BASE", mock.baseUrl().replace("/v1", ""));
    }
    return environment;
  }

  private static List<String> keysOf(Map<String, String> secrets) {
    return secrets.values().stream().filter(secret -> secret.startsWith("sk-")).toList();
  }

  private static Map<String, String> environment(MockProvider mock, Map<String, String> secrets) {
    Map<String, String> environment = new TreeMap<>(secrets);
    environment.remove("the wrong key");
    for (String drill : DRILLS) {
      environment.put(variable(drill) + "_API_BASE", mock.baseUrl());
    }
    environment.put("OPENAI_CODEX_API_BASE", mock.baseUrl().replace("/v1", "/backend-api"));
    environment.put("OPENAI_CODEX_1_ACCOUNT_ID", "acct_1");
    environment.put("OPENAI_CODEX_1_EXPIRY_DATE", "4102444800000");
    environment.put("MANAGEMENT_PORT", "0");
    environment.put("LOG_LEVEL", "trace");
    environment.put("LOG_FILE", "true");
    environment.put("ACCESS_LOG", "true");
    environment.put("GLOBAL_TIMEOUT", "1");
    environment.put("TIMEOUT_READ_STREAMING", "0.3");
    environment.put("TIMEOUT_READ_NON_STREAMING", "0.3");
    environment.put("TIMEOUT_FIRST_BYTE_STREAMING", "0.3");
    environment.put("TRANSIENT_RETRY_DELAY", "0.01");
    environment.put("TRANSIENT_RETRY_JITTER", "0");
    return environment;
  }

  private static String provider(String drill) {
    return "p" + drill.replace("-", "");
  }

  private static String variable(String drill) {
    return provider(drill).toUpperCase(Locale.ROOT);
  }

  private static void drive(int port, Sinks sinks) throws IOException {
    Client good = new Client(port, CLIENT_KEY);
    Client wrong = new Client(port, WRONG_KEY);
    TreeSet<Integer> statuses = new TreeSet<>();
    for (String drill : DRILLS) {
      String model = provider(drill) + "/mock-5x0ms";
      statuses.add(add(sinks, "plain answer of " + drill, good.ask(model)));
      ClientStream stream = good.streamOf(model).awaitEnd();
      statuses.add(stream.status());
      sinks.add("head of the stream of " + drill, stream.headers().map());
      sinks.add("stream of " + drill, stream.lines());
      // once more, with what the pool now knows
      add(sinks, "second answer of " + drill, good.ask(model));
    }
    assertThat(statuses).contains(200, 400, 404, 429, 502, 503, 504);
    assertThat(add(sinks, "answer for an account", good.ask("openai_codex/mock-5x0ms")))
        .isEqualTo(200);
    add(sinks, "refusal of an account", good.ask("openai_codex/mock-nothing"));
    for (String provider : ACCOUNTS.keySet()) {
      boolean isGoogles = List.of("gemini_cli", "antigravity").contains(provider);
      String model = provider + (isGoogles ? "/gemini-2.5-flash" : "/mock-1");
      for (int i = 0; i < 2; i++) {
        int status = add(sinks, "answer without an account of " + provider, good.ask(model));
        assertThat(status).as(provider).isGreaterThanOrEqualTo(400);
      }
    }
    add(sinks, "quota", good.get("/v1/quota-stats"));
    badInput(port, good, wrong, sinks);
    secretsInWrongPlaces(good);
  }

  /** A client may be told its own words; the logs may not hold them. */
  private static void secretsInWrongPlaces(Client good) {
    String question =
        Client.question("pgood/mock-echo", true).replace("hi", "it is " + ADMIN_TOKEN);
    good.stream(question, request -> request.header("X-Request-Id", CLIENT_KEY)).awaitEnd();
    good.ask("pgood/" + CLIENT_KEY);
    good.get("/v1/models/" + CLIENT_KEY + "?key=" + CLIENT_KEY);
  }

  private static void badInput(int port, Client good, Client wrong, Sinks sinks)
      throws IOException {
    add(sinks, "list of models", good.get("/v1/models"));
    add(sinks, "wrong key", wrong.ask("pgood/mock-1"));
    add(sinks, "wrong key at the list", wrong.get("/v1/models"));
    add(sinks, "no JSON", good.post("{\"model\": " + CLIENT_KEY));
    add(sinks, "no model", good.post("{}"));
    add(sinks, "unknown model", good.ask("nobody/mock-1"));
    add(sinks, "unknown path", good.get("/nowhere"));
    add(sinks, "wrong method", good.call("DELETE", "/v1/chat/completions"));
    add(sinks, "status", good.get("/"));
    add(sinks, "readiness", good.get("/health/ready"));
    Client operator = new Client(port, ADMIN_TOKEN);
    add(sinks, "operations", operator.get("/admin"));
    add(sinks, "admin status", operator.get("/admin/status"));
    add(sinks, "credentials", operator.get("/admin/credentials"));
    add(sinks, "metrics", operator.get("/metrics"));
    add(sinks, "admin with a client's key", good.get("/admin/status"));
    add(sinks, "unknown operation", operator.get("/admin/nowhere"));
    raw(port, sinks, "no HTTP", CLIENT_KEY + "\r\n\r\n");
    raw(port, sinks, "broken header", "GET / HTTP/1.1\r\n" + CLIENT_KEY + "\r\n\r\n");
    raw(
        port,
        sinks,
        "bare key in a header",
        "GET /v1/models HTTP/1.1\r\nHost: gateway\r\nx-api-key: " + WRONG_KEY + "\r\n\r\n");
  }

  private static void raw(int port, Sinks sinks, String name, String text) throws IOException {
    try (RawConnection client = RawConnection.to(port, 0)) {
      sinks.add(name, client.send(text).answer());
    }
  }

  private static int add(Sinks sinks, String name, ClientAnswer answer) {
    sinks.add(name, answer.headers().map()).add(name, answer.body());
    return answer.status();
  }
}
