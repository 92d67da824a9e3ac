package dev.caravan.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.upstream.FakeUpstream;
import dev.caravan.upstream.FakeUpstream.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand calls, each before a provider with a script of faults of its own. */
class FaultScriptsTest {
  private static final int SCRIPTS = 10_000;
  private static final int CLIENTS = 16;
  private static final Pattern NUMBER = Pattern.compile("script (\\d+)\"");
  private static final Pattern WORD = Pattern.compile("([rt])(\\d+)a(\\d+)n(\\d+) ");
  private static final String CHUNK =
      "data: {\"id\":\"a\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,%s}]}\n\n";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private final AtomicIntegerArray attempts = new AtomicIntegerArray(SCRIPTS);
  private final AtomicInteger goodEnds = new AtomicInteger();

  /** How one attempt ends. */
  enum End {
    GOOD,
    GOOD_TOO,
    GOOD_AS_WELL,
    ERROR_EVENT,
    TRUNCATED,
    RESET,
    LIMITED,
    REVOKED,
    BROKEN,
    BAD_REQUEST;

    private static final List<End> ALL = List.of(values());

    boolean isGood() {
      return this == GOOD || this == GOOD_TOO || this == GOOD_AS_WELL;
    }

    boolean isStatus() {
      return this == LIMITED || this == REVOKED || this == BROKEN || this == BAD_REQUEST;
    }
  }

  /** What the provider does: so much reasoning, so many words, and then that. */
  record Step(int thoughts, int words, End end) {

    static Step of(int script, int attempt) {
      SplittableRandom random = new SplittableRandom(script * 31L + attempt);
      random.nextLong();
      End end = End.ALL.get(random.nextInt(End.ALL.size()));
      int words = end.isGood() ? 1 + random.nextInt(4) : Math.max(0, random.nextInt(6) - 2);
      return new Step(random.nextInt(3), words, end);
    }
  }

  private void play(Received request, FakeUpstream.Visit visit) throws IOException {
    MatchResult name =
        NUMBER.matcher(request.body()).results().findFirst().orElseThrow(IOException::new);
    int script = Integer.parseInt(name.group(1));
    int attempt = attempts.incrementAndGet(script);
    Step step = Step.of(script, attempt);
    if (step.end().isStatus()) {
      int status =
          switch (step.end()) {
            case LIMITED -> 429;
            case REVOKED -> 401;
            case BAD_REQUEST -> 400;
            default -> 500;
          };
      visit.send(
          UpstreamScripts.whole(
              status, "", "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}"));
      return;
    }
    visit.stream().chunk(CHUNK.formatted("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}"));
    for (int i = 0; i < step.thoughts(); i++) {
      visit.chunk(
          CHUNK.formatted(
              "\"delta\":{\"reasoning\":\"r%da%dn%d \"}".formatted(script, attempt, i)));
    }
    for (int i = 0; i < step.words(); i++) {
      visit.chunk(
          CHUNK.formatted("\"delta\":{\"content\":\"t%da%dn%d \"}".formatted(script, attempt, i)));
    }
    switch (step.end()) {
      case ERROR_EVENT ->
          visit.chunk("data: {\"error\":{\"code\":429,\"message\":\"gone\"}}\n\n").endOfBody();
      case TRUNCATED -> visit.endOfBody();
      case RESET -> {
        visit.reset();
        throw new IOException("as the script says");
      }
      default ->
          visit
              .chunk(CHUNK.formatted("\"delta\":{},\"finish_reason\":\"stop\""))
              .chunk("data: [DONE]\n\n")
              .endOfBody();
    }
  }

  private void ask(int script, Pool pool) {
    pool.clearCooldowns();
    ClientStream stream =
        gateway.stream(
                "{\"model\":\"acme/m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"script %d\"}]}"
                    .formatted(script))
            .awaitEnd();
    String all = String.join("\n", stream.lines());
    String about = "script %d:%n%s".formatted(script, all);
    int asked = attempts.get(script);
    List<MatchResult> words = WORD.matcher(all).results().toList();

    assertThat(words).as(about).allMatch(word -> word.group(2).equals(String.valueOf(script)));
    int thinker = oneAfterTheOther(words, "r", about);
    int speaker = oneAfterTheOther(words, "t", about);
    if (thinker > 0 && speaker > 0) {
      assertThat(thinker).as(about).isLessThanOrEqualTo(speaker);
    }
    if (speaker > 0) {
      assertThat(asked).as("nobody is asked once words were sent; " + about).isEqualTo(speaker);
      assertThat(count(words, "t")).as(about).isEqualTo(Step.of(script, speaker).words());
    }
    assertThat(stream.errors().size()).as(about).isLessThanOrEqualTo(1);
    Step last = Step.of(script, asked);
    if (asked > 0 && last.end().isGood()) {
      assertThat(speaker).as(about).isEqualTo(asked);
      assertThat(stream.errors()).as(about).isEmpty();
      assertThat(all).as(about).containsOnlyOnce("[DONE]");
      goodEnds.incrementAndGet();
    }
    for (int attempt = 1; attempt < asked; attempt++) {
      End end = Step.of(script, attempt).end();
      assertThat(end)
          .as("a client's mistake and an answer end it; " + about)
          .isNotEqualTo(End.BAD_REQUEST);
      assertThat(end.isGood()).as(about).isFalse();
    }
    if (asked == 1 && last.end() == End.BAD_REQUEST) {
      assertThat(stream.status()).as(about).isEqualTo(400);
    }
  }

  /** All of one attempt, from its first to its last, each once; the attempt, 0 for no words. */
  private static int oneAfterTheOther(List<MatchResult> words, String kind, String about) {
    int attempt = 0;
    int next = 0;
    for (MatchResult word : words) {
      if (word.group(1).equals(kind)) {
        int of = Integer.parseInt(word.group(3));
        assertThat(attempt == 0 || attempt == of)
            .as("two attempts in one stream; " + about)
            .isTrue();
        attempt = of;
        assertThat(Integer.parseInt(word.group(4))).as(about).isEqualTo(next++);
      }
    }
    return attempt;
  }

  private static long count(List<MatchResult> words, String kind) {
    return words.stream().filter(word -> word.group(1).equals(kind)).count();
  }

  @Test
  @DisplayName(
      "rotation.md 12, W3, W10: whatever breaks when, no word comes twice, and a client's mistake is"
          + " one call")
  void noWordComesTwiceAndAClientsMistakeIsOneCall() throws Exception {
    try (FakeUpstream provider = UpstreamScripts.replying(this::play);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      gateway
          .withKeys("sk-scripted-1", "sk-scripted-2", "sk-scripted-3")
          .with("ACME_API_BASE", provider.baseUrl())
          .with("ROTATION_MODE_ACME", "balanced")
          .with("STREAM_RETRY_ON_REASONING_ONLY", "true")
          .with("PROVIDER_EVENT_KEYS", "1000")
          .with("TRANSIENT_RETRY_DELAY", "0");
      Pool pool = Objects.requireNonNull(gateway.gateway().pools().find("acme"));
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        done.add(
            clients.submit(
                () -> {
                  for (int script = next.getAndIncrement();
                      script < SCRIPTS;
                      script = next.getAndIncrement()) {
                    ask(script, pool);
                  }
                }));
      }
      for (Future<?> client : done) {
        client.get();
      }

      Eventually.holds("no lease is out", () -> pool.view().leasesActive() == 0);
      assertThat(IntStream.range(0, SCRIPTS).filter(script -> attempts.get(script) > 0).count())
          .as("scripts that were played")
          .isGreaterThan(SCRIPTS * 9 / 10);
      assertThat(pool.view().credentials().stream().mapToLong(CredentialView::successes).sum())
          .as("each answer is booked once")
          .isEqualTo(goodEnds.get());
    }
  }
}
