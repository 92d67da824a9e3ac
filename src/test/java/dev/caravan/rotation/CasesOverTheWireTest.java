package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.Counts;
import dev.caravan.pool.PoolView.State;
import dev.caravan.upstream.FakeUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases of rotation.md 9 and 10 that only a request over real sockets can show. */
class CasesOverTheWireTest {
  private static final String CHUNK =
      "data: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,%s}]}\n\n";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private @Nullable FakeUpstream upstream;

  @AfterEach
  void close() throws IOException {
    if (upstream != null) {
      upstream.close();
    }
  }

  private void provider(UpstreamScripts.Reply reply, String... keys) {
    FakeUpstream provider = UpstreamScripts.replying(reply);
    upstream = provider;
    gateway.withKeys(keys).with("ACME_API_BASE", provider.baseUrl());
  }

  private ClientAnswer post(String path, String json) {
    return Client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .header("x-api-key", GatewayFixture.CLIENT_KEY)
            .header("x-goog-api-key", GatewayFixture.CLIENT_KEY)
            .header("authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private static String message(boolean stream) {
    return "{\"model\":\"acme/m\",\"max_tokens\":10,\"stream\":%s,\"tools\":[{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}],\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
        .formatted(stream);
  }

  @Test
  @DisplayName(
      "rotation.md case 51: an error in three pieces is one error, and the next key serves")
  void anErrorInThreePiecesIsOneErrorAndTheNextKeyServes() {
    provider(
        (request, visit) -> {
          visit.stream();
          if (UpstreamScripts.keyOf(request).equals("sk-in-pieces-1")) {
            visit
                .chunk("data: {\"error\":{\"code\":42")
                .chunk("9,\"type\":\"rate_limit_error\",\"message\":\"slow do")
                .chunk("wn\"}}\n\n");
          } else {
            visit
                .chunk(CHUNK.formatted("\"delta\":{\"content\":\"hello\"}"))
                .chunk(CHUNK.formatted("\"delta\":{},\"finish_reason\":\"stop\""))
                .chunk("data: [DONE]\n\n");
          }
          visit.endOfBody();
        },
        "sk-in-pieces-1",
        "sk-in-pieces-2");

    ClientStream stream = gateway.streamOf("acme/m").awaitEnd();

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.text()).isEqualTo("hello");
    assertThat(stream.errors()).isEmpty();
    assertThat(gateway.credential(1).failures()).isEqualTo(1);
    assertThat(gateway.credential(1).state()).isEqualTo(State.COOLING);
  }

  @Test
  @DisplayName("rotation.md case 54: where a tool is called the stream ends with that, once")
  void whereAToolIsCalledTheStreamEndsWithThatOnce() {
    provider(
        (request, visit) ->
            visit.stream()
                .chunk(
                    CHUNK.formatted(
                        "\"delta\":{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\""))
                .chunk(CHUNK.formatted("\"delta\":{},\"finish_reason\":\"stop\""))
                .chunk(
                    "data: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\n")
                .chunk("data: [DONE]\n\n")
                .endOfBody(),
        "sk-calls-tools-1");

    String stream = post("/v1/messages", message(true)).body();

    assertThat(stream).containsOnlyOnce("\"stop_reason\":\"tool_use\"");
    assertThat(stream).doesNotContain("end_turn").containsOnlyOnce("\"type\":\"message_stop\"");
  }

  @Test
  @DisplayName("rotation.md case 57: Anthropic's clients are told of limits in their own words")
  void anthropicsClientsAreToldOfLimitsInTheirOwnWords() {
    gateway.withKeys("sk-rl30-1", "sk-rl40-2").with("GLOBAL_TIMEOUT", "2");

    for (String when : new String[] {"met", "known"}) {
      ClientAnswer answer = post("/v1/messages", message(false));

      assertThat(answer.status()).as(when).isEqualTo(429);
      assertThat(answer.text("/type")).as(when).isEqualTo("error");
      assertThat(answer.text("/error/type")).as(when).isEqualTo("rate_limit_error");
      assertThat(Integer.parseInt(answer.header("Retry-After"))).as(when).isBetween(20, 33);
    }
  }

  @Test
  @DisplayName("rotation.md case 58: where text was sent, reasoning after it allows no second try")
  void whereTextWasSentReasoningAfterItAllowsNoSecondTry() {
    provider(
        (_, visit) -> {
          visit.stream()
              .chunk(CHUNK.formatted("\"delta\":{\"content\":\"hello\"}"))
              .chunk(CHUNK.formatted("\"delta\":{\"reasoning_content\":\"hm\"}"))
              .chunk("data: {\"error\":{\"code\":500,\"message\":\"gone\"}}\n\n");
          visit.endOfBody();
        },
        "sk-thinks-late-1",
        "sk-thinks-late-2");
    gateway.with("STREAM_RETRY_ON_REASONING_ONLY", "true");

    ClientStream stream = gateway.streamOf("acme/m").awaitEnd();

    assertThat(stream.contents()).containsOnlyOnce("hello");
    assertThat(stream.errors()).hasSize(1);
    assertThat(gateway.credential(2).requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  @DisplayName("rotation.md case 58: what was only thought may be thought again, elsewhere")
  void whatWasOnlyThoughtMayBeThoughtAgain(String retries, boolean answered) {
    AtomicInteger visits = new AtomicInteger();
    provider(
        (request, visit) -> {
          boolean breaks = visits.incrementAndGet() <= 2;
          visit.stream()
              .chunk(CHUNK.formatted("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}"))
              .chunk(CHUNK.formatted("\"delta\":{\"reasoning_content\":\"hm \"}"))
              .chunk(CHUNK.formatted("\"delta\":{\"reasoning_content\":\"ah \"}"));
          if (breaks) {
            visit.chunk("data: {\"error\":{\"code\":500,\"message\":\"gone\"}}\n\n");
          } else {
            visit
                .chunk(CHUNK.formatted("\"delta\":{\"content\":\"hello\"}"))
                .chunk(CHUNK.formatted("\"delta\":{},\"finish_reason\":\"stop\""))
                .chunk("data: [DONE]\n\n");
          }
          visit.endOfBody();
        },
        "sk-only-thinks-1",
        "sk-only-thinks-2");
    gateway.with("STREAM_RETRY_ON_REASONING_ONLY", retries);

    ClientStream stream = gateway.streamOf("acme/m").awaitEnd();

    String all = String.join("\n", stream.lines());
    assertThat(stream.status()).isEqualTo(200);
    assertThat(all).as("thoughts are shown once").containsOnlyOnce("hm ").containsOnlyOnce("ah ");
    assertThat(stream.errors()).hasSize(answered ? 0 : 1);
    if (answered) {
      assertThat(all).containsOnlyOnce("hello").containsOnlyOnce("[DONE]");
      assertThat(stream.text()).isEqualTo("hello");
    } else {
      assertThat(all).doesNotContain("hello");
    }
    assertThat(visits.get()).isEqualTo(answered ? 3 : 1);
  }

  @Test
  void thoughtsReachTheClientBeforeTheAnswerBegins() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    provider(
        (_, visit) -> {
          visit.stream().chunk(CHUNK.formatted("\"delta\":{\"reasoning_content\":\"hm\"}"));
          try {
            assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          visit
              .chunk(CHUNK.formatted("\"delta\":{},\"finish_reason\":\"stop\""))
              .chunk("data: [DONE]\n\n")
              .endOfBody();
        },
        "sk-thinks-aloud-1");
    gateway.with("STREAM_RETRY_ON_REASONING_ONLY", "on");

    ClientStream stream = gateway.streamOf("acme/m").awaitEvents(1);
    seen.countDown();

    String all = String.join("\n", stream.awaitEnd().lines());
    assertThat(all).as("thoughts without an answer are an answer").containsOnlyOnce("hm");
    assertThat(all).containsOnlyOnce("\"finish_reason\":\"stop\"").containsOnlyOnce("[DONE]");
    assertThat(stream.errors()).isEmpty();
    assertThat(gateway.credential(1).successes()).isEqualTo(1);
  }

  @Test
  @DisplayName("rotation.md case 60: reasoning that is counted apart is counted once")
  void reasoningThatIsCountedApartIsCountedOnce() {
    String answer =
        UpstreamScripts.ANSWER.replace(
            "\"total_tokens\":60",
            "\"completion_tokens_details\":{\"reasoning_tokens\":120},\"total_tokens\":180");
    provider((_, visit) -> visit.send(UpstreamScripts.whole(200, "", answer)), "sk-reasons-1");

    ClientAnswer translated = post("/v1/messages", message(false));

    assertThat(translated.status()).as(translated.body()).isEqualTo(200);
    assertThat(translated.text("/usage/output_tokens")).isEqualTo("170");
    Counts counts = gateway.credential(1).totals();
    assertThat(counts.completion()).isEqualTo(50);
    assertThat(counts.thinking()).isEqualTo(120);
  }

  @Test
  @DisplayName("rotation.md case 79: two clients that name their conversations alike have two")
  void twoClientsThatNameTheirConversationsAlikeHaveTwo() {
    gateway.withKeys("sk-good-1", "sk-good-2").withAdmin();

    for (Client client : List.of(gateway.client(), gateway.admin(), gateway.client())) {
      ClientAnswer answer =
          client.post(
              BodyPublishers.ofString(Client.question("acme/mock-1", false)),
              request -> request.header("X-Session-Id", "hi"));
      assertThat(answer.status()).isEqualTo(200);
    }

    // each has a binding for this model and one for others
    assertThat(gateway.pool("acme").sessions()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions|{\"prompt_cache_key\":\"%s\",\"user\":\"me\",\"model\":\"acme/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
        "/v1/chat/completions|{\"model\":\"acme/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"user\":\"%s\"}",
        "/v1/chat/completions|{\"model\":\"acme/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"threadId\":\"%s\"}",
        "/v1/messages|{\"model\":\"acme/m\",\"metadata\":{\"a\":{},\"user_id\":\"%s\"},\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
        "/v1/responses|{\"model\":\"acme/m\",\"input\":\"Hi\",\"prompt_cache_key\":\"%s\"}"
      })
  @DisplayName("rotation.md 7.1: a conversation that the body names stays with its key")
  void aConversationThatTheBodyNamesStaysWithItsKey(String path, String body) {
    gateway.withKeys("sk-good-1", "sk-good-2", "sk-good-3");

    for (String conversation : List.of("one", "one", "one", "two")) {
      assertThat(post(path, body.formatted(conversation)).status()).isEqualTo(200);
    }

    assertThat(gateway.pool("acme").sessions()).as("bindings, two for each").isEqualTo(4);
    assertThat(List.of("sk-good-1", "sk-good-2", "sk-good-3"))
        .anyMatch(key -> gateway.mock().stats().ofKey(key) >= 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions|{\"model\":\"acme/m\",\"messages\":[%s]}|{\"role\":\"%s\",\"content\":\"%s\"}|assistant",
        "/v1/messages|{\"model\":\"acme/m\",\"max_tokens\":9,\"messages\":[%s]}|{\"role\":\"%s\",\"content\":\"%s\"}|assistant",
        "/v1/responses|{\"model\":\"acme/m\",\"input\":[%s]}|{\"role\":\"%s\",\"content\":\"%s\"}|assistant",
        "/v1beta/models/acme/m:generateContent|{\"contents\":[%s]}|{\"role\":\"%s\",\"parts\":[{\"text\":\"%s\"}]}|model"
      })
  @DisplayName("rotation.md case 80: a conversation that nobody names stays with its key")
  void aConversationThatNobodyNamesStaysWithItsKey(
      String path, String body, String turn, String model) {
    String[] keys = {"sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4", "sk-good-5"};
    gateway.withKeys(keys).with("ROTATION_MODE_ACME", "balanced").with("ROTATION_TOLERANCE", "0");
    StringBuilder turns =
        new StringBuilder(
            turn.formatted("user", "How do tides come about? Explain it. ".repeat(4)));

    for (int asked = 0; asked < 4; asked++) {
      assertThat(post(path, body.formatted(turns)).status()).isEqualTo(200);
      turns.append(',').append(turn.formatted(model, "So and so " + asked));
      turns.append(',').append(turn.formatted("user", "And then? " + asked));
    }

    assertThat(keys)
        .as("without sessions each of four calls would go to another key")
        .anyMatch(key -> gateway.mock().stats().ofKey(key) == 4);
  }

  @Test
  @DisplayName("rotation.md case 79: two clients that say the same have two conversations")
  void twoClientsThatSayTheSameHaveTwoConversations() {
    gateway
        .withKeys("sk-good-1", "sk-good-2")
        .withAdmin()
        .with("ROTATION_MODE_ACME", "balanced")
        .with("ROTATION_TOLERANCE", "0");
    String opening =
        "{\"role\":\"user\",\"content\":\"%s\"}".formatted("Tell me a story. ".repeat(9));
    String more =
        ",{\"role\":\"assistant\",\"content\":\"Once\"},{\"role\":\"user\",\"content\":\"Go on\"}";

    for (String turns : List.of(opening, opening + more)) {
      for (Client client : List.of(gateway.client(), gateway.admin())) {
        assertThat(client.post("{\"model\":\"acme/m\",\"messages\":[" + turns + "]}").status())
            .isEqualTo(200);
      }
    }

    assertThat(gateway.pool("acme").sessions()).as("bindings, two for each").isEqualTo(4);
  }

  @Test
  @DisplayName("rotation.md W24: a batch whose requests begin alike is spread over the keys")
  void aBatchWhoseRequestsBeginAlikeIsSpreadOverTheKeys() {
    gateway
        .withKeys("sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4")
        .with("ROTATION_MODE_ACME", "balanced")
        .with("ROTATION_TOLERANCE", "0");
    for (int i = 0; i < 40; i++) {
      String body =
          "{\"model\":\"acme/m\",\"messages\":[{\"role\":\"system\",\"content\":\"Sort it\"},{\"role\":\"user\",\"content\":\"cat\"},{\"role\":\"assistant\",\"content\":\"animal\"},{\"role\":\"user\",\"content\":\"thing %d\"}]}"
              .formatted(i);
      assertThat(gateway.post(body).status()).isEqualTo(200);
    }

    for (int key = 1; key <= 4; key++) {
      assertThat(gateway.mock().stats().ofKey("sk-good-" + key)).isEqualTo(10);
    }
  }

  @Test
  void aTrustedFieldNamesTheConversationAndAHeaderBeatsIt() {
    gateway
        .withKeys("sk-good-1", "sk-good-2", "sk-good-3")
        .with("TRUSTED_SESSION_ID_FIELDS", "ticket, metadata.case");
    String body =
        "{\"model\":\"acme/m\",\"user\":\"me\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    for (String named :
        List.of("\"ticket\":\"A\"", "\"metadata\":{\"case\":\"A\"}", "\"ticket\":\"B\"")) {
      assertThat(gateway.post(body.formatted(named)).status()).isEqualTo(200);
    }
    assertThat(gateway.pool("acme").sessions()).as("A and B").isEqualTo(4);

    gateway
        .client()
        .post(
            BodyPublishers.ofString(body.formatted("\"ticket\":\"A\"")),
            request -> request.header("X-Session-Id", "C"));
    assertThat(gateway.pool("acme").sessions()).as("and C").isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void sessionsOutliveARestartWhereThatIsAskedFor(boolean kept) throws Exception {
    String[] keys = {"sk-good-1", "sk-good-2", "sk-good-3", "sk-good-4", "sk-good-5", "sk-good-6"};
    gateway
        .withKeys(keys)
        .with("ROTATION_MODE_ACME", "balanced")
        .with("ROTATION_TOLERANCE", "0")
        .with("SESSION_PERSISTENCE_ENABLED", String.valueOf(kept));
    String secret = "My cat is called Mimi, and she is the queen of our house, as everybody knows.";
    String turns = "{\"role\":\"user\",\"content\":\"" + secret + "\"}";
    String body = "{\"model\":\"acme/m\",%s\"messages\":[%s]}";
    String named = "\"prompt_cache_key\":\"my own name\",";
    gateway.post(body.formatted("", turns));
    gateway.post(body.formatted(named, turns));
    List<Long> before = new ArrayList<>();
    for (String key : keys) {
      before.add(gateway.mock().stats().ofKey(key));
    }

    gateway.restart();
    turns += ",{\"role\":\"assistant\",\"content\":\"Ah\"},{\"role\":\"user\",\"content\":\"Yes\"}";
    gateway.post(body.formatted("", turns));
    gateway.post(body.formatted(named, turns));

    Path file = gateway.home().resolve("session_stickiness.json");
    assertThat(Files.exists(file)).isEqualTo(kept);
    if (kept) {
      List<Long> doubled = new ArrayList<>();
      for (String key : keys) {
        doubled.add(gateway.mock().stats().ofKey(key));
      }
      assertThat(doubled).isEqualTo(before.stream().map(n -> 2 * n).toList());
      assertThat(Files.readString(file)).doesNotContain("Mimi", "my own name", "client", "sk-");
    }
  }

  @Test
  @DisplayName("rotation.md 7.1: what names no conversation is none")
  void whatNamesNoConversationIsNone() {
    gateway.withKeys("sk-good-1", "sk-good-2");

    for (String odd : List.of("null", "\" \"", "{\"a\":[1]}", "7")) {
      String body =
          """
          {"model":"acme/m","messages":[{"role":"user","content":"Hi"}],"user":%s}"""
              .formatted(odd);
      assertThat(post("/v1/chat/completions", body).status()).isEqualTo(200);
    }

    assertThat(gateway.pool("acme").sessions()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions|{\"model\":\"acme/m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
        "/v1/messages|{\"model\":\"acme/m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}",
        "/v1/responses|{\"model\":\"acme/m\",\"input\":\"Hi\"}",
        "/v1beta/models/acme/m:generateContent|{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}",
        "/v1/embeddings|{\"model\":\"acme/m\",\"input\":\"Hi\"}"
      })
  @DisplayName("rotation.md W29: whatever is asked for, keys take turns in the same way")
  void whateverIsAskedForKeysTakeTurnsInTheSameWay(String path, String body) {
    gateway.withKeys("sk-bad-1", "sk-good-2");

    assertThat(post(path, body).status()).isEqualTo(200);
    assertThat(post(path, body).status()).isEqualTo(200);

    assertThat(gateway.credential(1).state()).isEqualTo(State.LOCKED);
    assertThat(gateway.mock().stats().ofStatus(401)).as("calls with the dead key").isEqualTo(1);
  }
}
