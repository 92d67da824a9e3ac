package dev.caravan.route.hook;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a hook may run, and its contract: what it reads, what it may write, how long it may take.
 * {@code docs/hooks.md} is written from it.
 */
public enum HookPoint {
  ON_REQUEST(
      "on-request",
      "when a request has been read, before dispatch.yaml looks at its model",
      "the request, bytes of JSON in the client's dialect",
      List.of("client", "dialect", "model", "provider", "stream", "requestId"),
      List.of("body", "model", "refuse", "refuseStatus"),
      Duration.ofSeconds(1),
      true),
  BEFORE_SELECT(
      "before-select",
      "when a provider has been chosen, before one of its credentials is; again for each fallback",
      "the request",
      List.of("client", "dialect", "model", "provider", "stream", "requestId"),
      List.of("body", "model (of the same provider)", "refuse", "refuseStatus"),
      Duration.ofSeconds(1),
      true),
  BEFORE_UPSTREAM(
      "before-upstream",
      "before each attempt, when a credential has been lent",
      "the request as it goes to the provider, but for the provider's own name of the model",
      List.of(
          "client", "dialect", "model", "provider", "stream", "requestId", "attempt", "credential"),
      List.of("body", "upstreamHeaders", "refuse", "refuseStatus"),
      Duration.ofSeconds(1),
      true),
  ON_CHUNK(
      "on-chunk",
      "for each event of a streamed answer, and once for an answer in one piece",
      "the data of the event, JSON in the client's dialect as bytes",
      List.of("client", "dialect", "model", "provider", "stream", "requestId"),
      List.of("body (an empty one drops the event)", "refuse"),
      Duration.ofMillis(200),
      true),
  AFTER_RESPONSE(
      "after-response",
      "when a call has ended, well or not; the client does not wait for it",
      "the decision record, text of JSON",
      List.of(
          "client",
          "dialect",
          "model",
          "provider",
          "stream",
          "requestId",
          "end",
          "status",
          "error",
          "attempts",
          "millis",
          "inputTokens",
          "outputTokens"),
      List.of(),
      Duration.ofSeconds(30),
      false),
  ON_ERROR(
      "on-error",
      "when a call has failed, before or inside of its answer; the client does not wait for it",
      "the decision record, text of JSON",
      AFTER_RESPONSE.reads,
      List.of(),
      Duration.ofSeconds(30),
      false);

  private final String word;
  private final String when;
  private final String body;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> reads;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> writes;

  private final Duration budget;
  private final boolean holdsUp;

  HookPoint(
      String word,
      String when,
      String body,
      List<String> reads,
      List<String> writes,
      Duration budget,
      boolean holdsUp) {
    this.word = word;
    this.when = when;
    this.body = body;
    this.reads = reads;
    this.writes = writes;
    this.budget = budget;
    this.holdsUp = holdsUp;
  }

  /** As it stands in URIs, {@code on-request}. */
  public String word() {
    return word;
  }

  public String when() {
    return when;
  }

  /** What a hook finds as its body. */
  public String body() {
    return body;
  }

  /** Variables that it finds, beside those that earlier hooks and routes have set. */
  public List<String> reads() {
    return reads;
  }

  /** What it may change; other variables that it sets go on to later hooks and routes. */
  public List<String> writes() {
    return writes;
  }

  /** How long it may take, unless its route says otherwise. */
  public Duration budget() {
    return budget;
  }

  /**
   * Whether the client waits for it, so that it can refuse, and so that failing closed means
   * something.
   */
  public boolean holdsUp() {
    return holdsUp;
  }

  static Optional<HookPoint> named(String word) {
    return Arrays.stream(values()).filter(point -> point.word.equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(HookPoint::word).toList();
  }
}
