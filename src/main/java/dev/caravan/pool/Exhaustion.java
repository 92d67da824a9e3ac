package dev.caravan.pool;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The answer for the client when everything has failed (rotation.md 5.10). Pure. */
final class Exhaustion {
  private static final Set<FaultClass> LIMITS =
      EnumSet.of(FaultClass.RATE_LIMIT, FaultClass.QUOTA_EXCEEDED);
  private static final Set<FaultClass> REJECTIONS =
      EnumSet.of(
          FaultClass.AUTHENTICATION,
          FaultClass.FORBIDDEN,
          FaultClass.REAUTH_NEEDED,
          FaultClass.MODEL_NOT_ALLOWED);
  private static final Set<FaultClass> OUTAGES =
      EnumSet.of(FaultClass.OVERLOADED, FaultClass.SERVER_ERROR, FaultClass.API_CONNECTION);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration CONFIGURED_BY_THEN = Duration.ofMinutes(1);
  private static final int MESSAGE_SHOWN = 150;

  private Exhaustion() {}

  /** The upstream's own answer, which speaks to the client. */
  static Failure relay(String provider, Fault fault) {
    Kind kind =
        switch (fault.kind()) {
          case CONTEXT_WINDOW_EXCEEDED -> Kind.CONTEXT_TOO_LONG;
          case NOT_FOUND -> Kind.MODEL_NOT_FOUND;
          default -> Kind.INVALID_REQUEST;
        };
    String message = "upstream: " + provider + " refused the request" + words(fault);
    return new Failure(kind, Stage.UPSTREAM, message, provider, null, Map.of(), fault.answer());
  }

  static Failure of(
      String provider, PoolOptions options, Ask ask, Refusal why, long now, double chance) {
    Kind kind = kind(ask, why);
    Duration retry =
        switch (kind) {
          case ALL_CREDENTIALS_LIMITED ->
              why.cause() == Refusal.Cause.REQUEST_EXCEEDS_QUOTA
                  ? null
                  : limited(options, why.retryAt(), now, chance);
          case UPSTREAM_UNAVAILABLE -> rest(options, throttleEnd(why), now);
          case ALL_CREDENTIALS_BUSY, UPSTREAM_TIMEOUT -> SOON;
          case GATEWAY_UNAVAILABLE -> CONFIGURED_BY_THEN;
          default -> null;
        };
    Stage stage = ask.failed().isEmpty() ? Stage.SELECTION : Stage.UPSTREAM;
    return new Failure(
        kind,
        stage,
        message(provider, ask, why),
        provider,
        retry,
        details(provider, ask, why),
        null);
  }

  private static Kind kind(Ask ask, Refusal why) {
    switch (why.cause()) {
      case NO_CREDENTIAL -> {
        return Kind.GATEWAY_UNAVAILABLE;
      }
      case NO_SUCH_CREDENTIAL -> {
        return ask.isPinned() ? Kind.INVALID_REQUEST : Kind.GATEWAY_UNAVAILABLE;
      }
      case NOT_IN_PLAN -> {
        return Kind.NOT_ALLOWED;
      }
      default -> {}
    }
    boolean nothingTried = ask.failed().isEmpty();
    if (why.cause() == Refusal.Cause.QUEUE_FULL || (nothingTried && anyIsBusy(why))) {
      return Kind.ALL_CREDENTIALS_BUSY;
    }
    return kind(nothingTried ? behind(why) : met(ask));
  }

  private static Kind kind(Collection<FaultClass> causes) {
    if (causes.stream().anyMatch(LIMITS::contains)) {
      return Kind.ALL_CREDENTIALS_LIMITED;
    }
    if (causes.isEmpty()) {
      return Kind.UPSTREAM_TIMEOUT;
    }
    if (REJECTIONS.containsAll(causes)) {
      return Kind.CREDENTIALS_REJECTED;
    }
    if (causes.stream().allMatch(FaultClass.NOT_FOUND::equals)) {
      return Kind.MODEL_NOT_FOUND;
    }
    if (causes.stream().anyMatch(OUTAGES::contains)) {
      return Kind.UPSTREAM_UNAVAILABLE;
    }
    return causes.contains(FaultClass.TIMEOUT) ? Kind.UPSTREAM_TIMEOUT : Kind.BAD_GATEWAY;
  }

  private static boolean anyIsBusy(Refusal why) {
    return why.candidates().stream()
        .anyMatch(c -> c.obstacle() == Obstacle.BUSY || c.obstacle() == Obstacle.TRIAL);
  }

  private static List<FaultClass> met(Ask ask) {
    return ask.failed().stream().map(f -> f.fault().kind()).toList();
  }

  private static List<FaultClass> behind(Refusal why) {
    List<FaultClass> kinds = new ArrayList<>();
    for (Refusal.Candidate candidate : why.candidates()) {
      if (candidate.kind() != null) {
        kinds.add(candidate.kind());
      }
    }
    return kinds;
  }

  // Chance only lengthens: who comes back before the time is refused again.
  private static Duration limited(
      PoolOptions options, @Nullable Instant retryAt, long now, double chance) {
    Duration exact = rest(options, retryAt, now);
    long more = (long) (exact.toSeconds() * options.retryAfterJitter() * chance);
    return shorter(exact.plusSeconds(more), options.maxRetryAfter());
  }

  private static Duration rest(PoolOptions options, @Nullable Instant end, long now) {
    if (end == null) {
      return SOON;
    }
    long seconds = Math.ceilDiv(end.toEpochMilli() - now, 1000L);
    return shorter(Duration.ofSeconds(Math.max(1, seconds)), options.maxRetryAfter());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static @Nullable Instant throttleEnd(Refusal why) {
    for (Refusal.Candidate candidate : why.candidates()) {
      if (candidate.obstacle() == Obstacle.THROTTLE) {
        return candidate.until();
      }
    }
    return null;
  }

  private static String message(String provider, Ask ask, Refusal why) {
    if (why.cause() == Refusal.Cause.NO_CREDENTIAL) {
      return "selection: no credential is configured for " + provider + "; add one and try again";
    }
    if (why.cause() == Refusal.Cause.NO_SUCH_CREDENTIAL) {
      return "selection: %s has no credential '%s' to use alone; name one by its fingerprint"
          .formatted(provider, why.pin() == null ? "" : why.pin());
    }
    if (why.cause() == Refusal.Cause.NOT_IN_PLAN) {
      return "selection: no credential of %s has a plan with %s; use another model or add a credential"
          .formatted(provider, ask.model());
    }
    if (why.cause() == Refusal.Cause.REQUEST_EXCEEDS_QUOTA) {
      return "upstream: three credentials of %s that have quota left refuse this request for %s as beyond their quota; make it smaller"
          .formatted(provider, ask.model());
    }
    return ask.failed().isEmpty() ? noneFree(provider, ask, why) : allFailed(provider, ask, why);
  }

  private static String noneFree(String provider, Ask ask, Refusal why) {
    StringBuilder text = new StringBuilder("selection: ");
    if (why.cause() == Refusal.Cause.QUEUE_FULL) {
      text.append("too many calls wait for ");
    } else {
      text.append("none of ").append(why.candidates().size()).append(" credential(s) of ");
    }
    text.append(provider).append(" is free for ").append(ask.model());
    text.append(" (").append(count(why)).append(')');
    if (why.retryAt() != null) {
      text.append(", next at ").append(why.retryAt());
    }
    return text.toString();
  }

  private static String count(Refusal why) {
    Map<Obstacle, Long> counted = skipped(why, Set.of());
    return counted.isEmpty()
        ? "all idle, but the deadline is over"
        : counted.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey().people())
            .collect(Collectors.joining(", "));
  }

  private static String allFailed(String provider, Ask ask, Refusal why) {
    StringBuilder text = new StringBuilder("upstream: ");
    text.append(ask.tried()).append(" of ").append(why.candidates().size());
    text.append(" credential(s) of ").append(provider).append(" tried for ").append(ask.model());
    text.append(isTimeout(why) ? ", then the deadline was over: " : ", none answered: ");
    text.append(summary(met(ask)));
    for (Ask.Failed failed : ask.failed()) {
      if (isAbnormal(failed.fault())) {
        text.append("; credential ").append(failed.member().credential.fingerprint());
        text.append(" was refused").append(words(failed.fault())).append(": check or replace it");
      }
    }
    if (why.retryAt() != null) {
      text.append("; next at ").append(why.retryAt());
    }
    return text.toString();
  }

  private static String words(Fault fault) {
    String status = fault.status() == 0 ? "" : " with " + fault.status();
    String said = firstLine(fault.message());
    return status + " (" + fault.kind().word() + (said.isEmpty() ? "" : ": " + said) + ")";
  }

  private static String firstLine(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    return line.length() <= MESSAGE_SHOWN ? line : line.substring(0, MESSAGE_SHOWN);
  }

  private static String summary(List<FaultClass> kinds) {
    Map<FaultClass, Long> counted =
        kinds.stream()
            .collect(Collectors.groupingBy(k -> k, LinkedHashMap::new, Collectors.counting()));
    return counted.entrySet().stream()
        .map(e -> e.getValue() + " " + e.getKey().word())
        .collect(Collectors.joining(", "));
  }

  private static boolean isAbnormal(Fault fault) {
    return Rule.of(fault.kind()).isAbnormal() || fault.status() == 402;
  }

  private static boolean isTimeout(Refusal why) {
    return why.cause() == Refusal.Cause.DEADLINE;
  }

  private static Map<String, Object> details(String provider, Ask ask, Refusal why) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("reason", reason(why));
    details.put("model", ask.model().toString());
    details.put("provider", provider);
    details.put("request_id", ask.call().id());
    details.put("credentials_tried", ask.tried());
    details.put("timeout", isTimeout(why));
    if (why.retryAt() != null) {
      details.put("retry_at", Math.ceilDiv(why.retryAt().toEpochMilli(), 1000L));
    }
    List<Map<String, Object>> abnormal =
        ask.failed().stream().filter(f -> isAbnormal(f.fault())).map(Exhaustion::abnormal).toList();
    putUnlessEmpty(details, "abnormal_errors", abnormal);
    List<FaultClass> normal =
        ask.failed().stream()
            .filter(f -> !isAbnormal(f.fault()))
            .map(f -> f.fault().kind())
            .toList();
    if (!normal.isEmpty()) {
      details.put("normal_error_summary", summary(normal));
    }
    putUnlessEmpty(details, "attempts", ask.failed().stream().map(Exhaustion::attempt).toList());
    Map<String, Long> skipped = new TreeMap<>();
    skipped(why, EnumSet.of(Obstacle.TRIED)).forEach((o, n) -> skipped.put(o.word(), n));
    if (!skipped.isEmpty()) {
      details.put("skipped", skipped);
    }
    return Collections.unmodifiableMap(details);
  }

  private static String reason(Refusal why) {
    return switch (why.cause()) {
      case DEADLINE -> "proxy_timeout";
      case NOT_IN_PLAN -> "model_not_in_plan";
      case REQUEST_EXCEEDS_QUOTA -> "request_exceeds_quota";
      default -> "proxy_all_credentials_exhausted";
    };
  }

  private static void putUnlessEmpty(Map<String, Object> into, String name, List<?> values) {
    if (!values.isEmpty()) {
      into.put(name, values);
    }
  }

  private static Map<Obstacle, Long> skipped(Refusal why, Set<Obstacle> without) {
    Map<Obstacle, Long> counted = new TreeMap<>();
    for (Refusal.Candidate candidate : why.candidates()) {
      if (candidate.obstacle() != null && !without.contains(candidate.obstacle())) {
        counted.merge(candidate.obstacle(), 1L, Long::sum);
      }
    }
    return counted;
  }

  private static Map<String, Object> abnormal(Ask.Failed failed) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("credential", failed.member().credential.fingerprint());
    error.put("error_type", failed.fault().kind().word());
    error.put("status_code", failed.fault().status());
    error.put("message", firstLine(failed.fault().message()));
    return error;
  }

  private static Map<String, Object> attempt(Ask.Failed failed) {
    Map<String, Object> attempt = new LinkedHashMap<>();
    attempt.put("credential", failed.member().credential.fingerprint());
    attempt.put("class", failed.fault().kind().word());
    attempt.put("status", failed.fault().status());
    attempt.put("duration_ms", failed.millis());
    return attempt;
  }
}
