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
 */
final class Strikes {
  private static final long RECENT_SUCCESS_MILLIS = 3_600_000;
  private static final int MOST = 64;

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

    boolean isOfSameStanding(Strike other) {
      return member == other.member && standing() == other.standing();
    }

    private @Nullable Standing standing() {
      return undo == null ? null : undo.standing();
    }

    /** Both as one, so that taking it back takes back both. */
    Strike after(Strike earlier) {
      Cooldowns.Undo first = earlier.undo;
      Cooldowns.Undo last = undo;
      if (first == null || last == null) {
        return this;
      }
      Cooldowns.Undo both =
          new Cooldowns.Undo(
              member,
              last.standing(),
              first.before(),
              first.failuresBefore(),
              last.set() == null ? first.set() : last.set(),
              first.marked() || last.marked());
      return at(at, both);
    }

    Strike at(long time, Cooldowns.@Nullable Undo what) {
      return new Strike(member, kind, status, model, call, time, what);
    }
  }

  private final ArrayDeque<Strike> recent = new ArrayDeque<>();
  private final Map<String, Long> served = new HashMap<>();

  /** A call that began then was answered; of interest while there are failures to explain. */
  void answered(String model, long beganAt) {
    if (!recent.isEmpty() && beganAt > recent.getFirst().at()) {
      if (served.size() >= MOST) {
        served.clear();
      }
      served.put(model, beganAt);
    }
  }

  /** Adds a failure; gives those that make an event together with it, none when they do not. */
  List<Strike> add(Strike failure, PoolOptions options, int poolSize) {
    long oldest = failure.at() - options.eventWindow().toMillis();
    recent.removeIf(s -> s.at() < oldest);
    served.values().removeIf(began -> began < oldest);
    Strike strike = failure;
    for (Strike earlier : recent) {
      if (earlier.isOfSameStanding(failure) && earlier.isLike(failure)) {
        strike = failure.after(earlier);
        recent.remove(earlier);
        break;
      }
    }
    if (recent.size() >= MOST) {
      recent.removeFirst();
    }
    recent.addLast(strike);
    int credentials = Math.min(options.eventKeys(), poolSize);
    List<Strike> alike = alike(strike);
    // a call that fails with every credential says no more about other models than one that does
    // once
    if (servesOthers(alike) || calls(alike).size() < credentials) {
      alike.removeIf(s -> !s.model().equals(failure.model()));
    }
    if (options.eventKeys() <= 0 || !isEvent(alike, credentials)) {
      return List.of();
    }
    recent.removeAll(alike);
    return alike;
  }

  private List<Strike> alike(Strike strike) {
    List<Strike> alike = new ArrayList<>();
    for (Strike other : recent) {
      if (other.isLike(strike)) {
        alike.add(other);
      }
    }
    return alike;
  }

  // Two models that are broken must not stop the others: who answers for them is not down.
  private boolean servesOthers(List<Strike> alike) {
    long first = alike.getFirst().at();
    return served.entrySet().stream()
        .anyMatch(
            s ->
                s.getValue() > first
                    && alike.stream().noneMatch(strike -> strike.model().equals(s.getKey())));
  }

  private static boolean isEvent(List<Strike> alike, int credentials) {
    if (alike.stream().map(Strike::member).distinct().count() < Math.max(2, credentials)) {
      return false;
    }
    long now = alike.getLast().at();
    boolean worked =
        alike.stream().anyMatch(s -> s.member().hadSuccessSince(now - RECENT_SUCCESS_MILLIS));
    return worked && (!mayBeTheRequests(alike.getLast().kind()) || calls(alike).size() > 1);
  }

  // One odd prompt can make a provider stumble on every credential: that must not stop all calls.
  private static boolean mayBeTheRequests(FaultClass kind) {
    return kind == FaultClass.SERVER_ERROR || kind == FaultClass.TIMEOUT;
  }

  private static Set<String> calls(List<Strike> alike) {
    Set<String> calls = new HashSet<>();
    alike.forEach(s -> calls.add(s.call()));
    return calls;
  }

  void shift(long millis) {
    List<Strike> shifted = recent.stream().map(s -> s.at(s.at() + millis, s.undo())).toList();
    recent.clear();
    recent.addAll(shifted);
    served.replaceAll((model, began) -> began + millis);
  }
}
