package dev.caravan.provider;

import static dev.caravan.call.FaultClass.QUOTA_EXCEEDED;
import static dev.caravan.call.FaultClass.RATE_LIMIT;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an upstream's error means (rotation.md 5.2 and 5.3); the rules themselves are rows of
 * {@link ErrorTable}. One per provider, immutable, thread-safe; never throws, whatever the upstream
 * sent. Bodies come decoded.
 */
public final class ErrorRules {

  private static final Duration LONG_TERM = Duration.ofMinutes(5);
  private static final int LONGEST_MESSAGE = 2_000;
  private static final JsonFactory JSON = new JsonFactory();

  private final String provider;
  private final TimeSource time;
  private final List<Rule> own;

  /**
   * @param provider whose errors these are
   * @param time tells how far a moment that the provider names is away
   */
  public ErrorRules(String provider, TimeSource time) {
    this(provider, time, List.of());
  }

  /** Rules of a provider that may have some of its own. */
  public ErrorRules(Provider provider, TimeSource time) {
    this(provider.getName(), time, provider.ownErrors().rules());
  }

  private ErrorRules(String provider, TimeSource time, List<Rule> own) {
    this.provider = provider;
    this.time = time;
    this.own = own;
  }

  /**
   * Classifies an answer that is an error, by its status or by its body.
   *
   * @param status HTTP status
   * @param headers finds a header's value by its name in lower case, null when absent
   * @param body the decoded body
   * @param secrets what must not appear in any text of the result
   */
  public Fault classify(
      int status, Function<String, @Nullable String> headers, byte[] body, List<Secret> secrets) {
    ErrorBody said = ErrorBody.read(body);
    String retry = Optional.ofNullable(headers.apply("x-should-retry")).orElse("").strip();
    int counting = said.code() != 0 ? said.code() : status < 400 ? 0 : status;
    ErrorEvidence evidence = new ErrorEvidence(provider, counting, said.code() != 0, retry, said);
    Masking masking = new Masking(secrets);
    RetryHints hints = new RetryHints(headers, said, time.epochMillis());
    String contentType = headers.apply("content-type");
    return fault(evidence, hints, status < 400 ? counting : status, contentType, body, masking);
  }

  /**
   * Classifies an error object that came as an event of a stream with status 200.
   *
   * @param event the event's JSON
   * @param secrets what must not appear in any text of the result
   */
  public Fault classifyStreamError(byte[] event, List<Secret> secrets) {
    return classify(
        200, name -> name.equals("content-type") ? "application/json" : null, event, secrets);
  }

  /**
   * Whether a body or an event with status 200 is an error all the same: a top-level {@code error}
   * with something in it, or one of the types {@code error} and {@code response.failed}.
   */
  public static boolean isError(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_ARRAY) {
        first = parser.nextToken();
      }
      return first == JsonToken.START_OBJECT && namesError(parser);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean namesError(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      boolean filled = value == JsonToken.START_OBJECT || value == JsonToken.VALUE_STRING;
      if (field.equals("error") && filled) {
        return true;
      }
      if (field.equals("type") && value == JsonToken.VALUE_STRING) {
        String type = parser.getText();
        if (type.equals("error") || type.equals("response.failed")) {
          return true;
        }
      }
      parser.skipChildren();
    }
    return false;
  }

  private record Verdict(FaultClass kind, String why, @Nullable Duration pause) {}

  private Verdict judge(ErrorEvidence evidence) {
    for (Rule rule : own) {
      if (rule.holdsFor(evidence).isPresent()) {
        return new Verdict(rule.kind(), "a rule of the provider's own", rule.pause());
      }
    }
    for (Rule rule : ErrorTable.ROWS) {
      Optional<String> why = rule.holdsFor(evidence);
      if (why.isPresent()) {
        return new Verdict(rule.kind(), why.get(), rule.pause());
      }
    }
    throw new IllegalStateException("the last row of the table holds for everything");
  }

  private Fault fault(
      ErrorEvidence evidence,
      RetryHints hints,
      int status,
      @Nullable String contentType,
      byte[] body,
      Masking masking) {
    Verdict verdict = judge(evidence);
    Optional<RetryHint> hint = hints.best();
    FaultClass kind =
        verdict.kind == RATE_LIMIT ? limit(evidence.body(), hint, status) : verdict.kind;
    boolean mayComeBack =
        kind.blame() != FaultClass.Blame.CLIENT && kind.blame() != FaultClass.Blame.MODEL;
    Duration wait = hint.map(RetryHint::pause).orElse(verdict.pause);
    String why = masking.text(verdict.why + (mayComeBack ? source(hint, hints, verdict) : ""));
    return new Fault(
        kind,
        status,
        mayComeBack ? wait : null,
        why,
        message(evidence.body(), status, masking),
        mayComeBack ? null : relay(status, contentType, body, masking));
  }

  private static String source(Optional<RetryHint> hint, RetryHints hints, Verdict verdict) {
    String ignored = String.join("", hints.ignored().stream().map(i -> "; " + i).toList());
    Duration byRule = verdict.pause;
    return hint.map(h -> "; time from " + h.source())
        .orElse(
            byRule == null
                ? ignored
                : ignored + "; no time given, " + byRule.toSeconds() + "s by rule");
  }

  // A quota of a day and one of a minute are told by the same status and code.
  private static FaultClass limit(ErrorBody body, Optional<RetryHint> hint, int status) {
    boolean quota =
        !body.violations().isEmpty()
            || body.words().keySet().stream()
                .anyMatch(w -> w.equals("resource_exhausted") || w.contains("quota"))
            || Phrases.QUOTA.matcher(body.text()).find();
    if (!quota) {
      return RATE_LIMIT;
    }
    if (body.countsPer("Day", "Week", "Month")) {
      return QUOTA_EXCEEDED;
    }
    if (body.countsPer("Minute", "Second")) {
      return RATE_LIMIT;
    }
    return hint.map(h -> h.pause().compareTo(LONG_TERM) >= 0).orElse(status != 429 && status != 0)
        ? QUOTA_EXCEEDED
        : RATE_LIMIT;
  }

  private static String message(ErrorBody body, int status, Masking masking) {
    String line =
        body.text().lines().map(String::strip).filter(l -> !l.isEmpty()).findFirst().orElse("");
    String masked = masking.text(line.replaceAll("\\p{Cntrl}", " "));
    if (masked.isEmpty()) {
      return status == 0 ? "an error without a text" : "status " + status + " without a text";
    }
    return masked.length() > LONGEST_MESSAGE ? masked.substring(0, LONGEST_MESSAGE) : masked;
  }

  private static Fault.@Nullable RawAnswer relay(
      int status, @Nullable String contentType, byte[] body, Masking masking) {
    if (status < 400 || body.length == 0) {
      return null;
    }
    String text = new String(body, StandardCharsets.UTF_8);
    String masked = masking.keys(text);
    return new Fault.RawAnswer(
        status, contentType, masked.equals(text) ? body : masked.getBytes(StandardCharsets.UTF_8));
  }
}
