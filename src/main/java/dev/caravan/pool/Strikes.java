package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The failures of the last seconds, to tell an event of the provider from faults of its credentials
 * (rotation.md 5.8). Guarded by the pool's lock.
 *
 * <p>An event is the absence of answers: several credentials fail alike in several calls, and no
 * call that began after the first of these failures was answered. An answer for one model speaks
 * for that model, not for others; and the provider as a whole is not down if one was answered that
 * began within the window.
 */
final class Strikes {
  private static final long RECENT_SUCCESS_MILLIS = 3_600_000;

  /** So long without an answer, while calls are made, is absence. */
  private static final long SILENCE_MILLIS = 1_000;

  private static final int MOST = 512;
  private static final int MOST_MODELS = 64;

  /**
   * A failure.
   *
   * @param undo takes back what it did to its credential, null when it did nothing
   */
  record Strike(
      Member member,
      FaultClass kind,
      int status,
      String model,
      String call,
      long at,
      Cooldowns.@Nullable Undo undo) {

    boolean isLike(Strike other) {
      return kind == other.kind && status == other.status;
    }

    Strike shifted(long millis) {
      Cooldowns.Undo moved = undo == null ? null : undo.shifted(millis);
      return new Strike(member, kind, status, model, call, at + millis, moved);
    }
  }

  /** What could speak against an event. */
  interface Witnesses {

    /** Since when calls have been under way without a gap. */
    long busySince();

    /** Whether a call is under way that began after that time. */
    boolean underWaySince(long time);

    /** How many credentials are in use, counted as far as that number. */
    int inUse(int atMost);

    /** Whether a credential besides these may serve. */
    boolean areLeftBeside(Set<Member> struck);
  }

  private final ArrayDeque<Strike> recent = new ArrayDeque<>();
  private final Map<String, Long> answered = new HashMap<>();
  private long lastAnswered;

  /** Whether there are failures to explain, so that each sign of life is worth a note. */
  boolean isEmpty(long now, PoolOptions options) {
    if (!recent.isEmpty()) {
      forget(now - options.eventWindow().toMillis());
    }
    return recent.isEmpty();
  }

  private void forget(long before) {
    while (!recent.isEmpty() && recent.getFirst().at() < before) {
      recent.removeFirst();
    }
  }

  /** A call that began then is answered; its model is of interest while there are failures. */
  void answered(String model, long beganAt) {
    lastAnswered = Math.max(lastAnswered, beganAt);
    if (recent.isEmpty() || beganAt < recent.getFirst().at()) {
      return;
    }
    if (answered.size() >= MOST_MODELS) {
      answered.clear();
    }
    answered.merge(model, beganAt, Math::max);
  }

  /**
   * Adds a failure.
   *
   * @return those that make an event together with it, in the order in which they came; none when
   *     they do not make one
   */
  List<Strike> add(Strike failure, PoolOptions options, Witnesses witnesses) {
    forget(failure.at() - options.eventWindow().toMillis());
    if (recent.size() >= MOST) {
      recent.removeFirst();
    }
    recent.addLast(failure);
    if (options.eventKeys() <= 0) {
      return List.of();
    }
    int needed = Math.max(2, witnesses.inUse(options.eventKeys()));
    boolean answers = lastAnswered >= failure.at() - options.eventWindow().toMillis();
    List<Strike> event = answers ? List.of() : unanswered(failure, null, 0);
    if (!isEvent(event, needed, witnesses)) {
      String model = failure.model();
      event = unanswered(failure, model, answered.getOrDefault(model, 0L));
      if (!isEvent(event, needed, witnesses)) {
        return List.of();
      }
    }
    recent.removeAll(event);
    return event;
  }

  private List<Strike> unanswered(Strike failure, @Nullable String model, long since) {
    List<Strike> found = new ArrayList<>();
    for (Strike strike : recent) {
      if (strike.isLike(failure)
          && strike.at() > since
          && (model == null || model.equals(strike.model()))) {
        found.add(strike);
      }
    }
    return found;
  }

  // What one call meets may be its own fault: an odd prompt, or one too large for any credential.
  // But where nobody is left who could still serve, a pause takes nothing away.
  private static boolean isEvent(List<Strike> strikes, int needed, Witnesses witnesses) {
    if (strikes.size() < needed) {
      return false;
    }
    Set<Member> members = new HashSet<>();
    Set<String> calls = new HashSet<>();
    boolean worked = false;
    boolean allRest = true;
    long now = strikes.getLast().at();
    String model = strikes.getLast().model();
    for (Strike strike : strikes) {
      members.add(strike.member());
      calls.add(strike.call());
      allRest &= strike.undo() != null && strike.model().equals(model);
      worked |= strike.member().hadSuccessSince(now - RECENT_SUCCESS_MILLIS);
    }
    long first = strikes.getFirst().at();
    boolean nobodyIsLeft = allRest && !witnesses.areLeftBeside(members);
    return worked
        && members.size() >= needed
        && (nobodyIsLeft || (calls.size() >= needed && isSilent(first, now, witnesses)));
  }

  // Failures in a burst say nothing while other calls have not had the time to be answered, and a
  // time without calls is no silence.
  private static boolean isSilent(long first, long now, Witnesses witnesses) {
    return now - Math.max(first, witnesses.busySince()) >= SILENCE_MILLIS
        || !witnesses.underWaySince(now - SILENCE_MILLIS);
  }

  void shift(long millis) {
    List<Strike> shifted = recent.stream().map(s -> s.shifted(millis)).toList();
    recent.clear();
    recent.addAll(shifted);
    answered.replaceAll((model, began) -> began + millis);
    lastAnswered = lastAnswered == 0 ? 0 : lastAnswered + millis;
  }
}
