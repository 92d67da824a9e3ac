package dev.caravan.pool;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The turn that equally ranked credentials take (rotation.md 3.5, 3.6, 7.2). Guarded by the pool's
 * lock.
 *
 * <p>Balanced: the weight of each is what it is behind the most used one, plus the tolerance, plus
 * one, times what the operator gives it and times what is left of its quota where that is known;
 * with tolerance 0 the least used one, then the one least recently used, then by id. A session goes
 * to the one that its hash prefers, so that the loss of one credential moves its own sessions
 * alone. Sequential: the one that the scope stays on; else the most used one, then the most
 * recently used.
 */
final class Order {
  private static final double LEAST_WEIGHT = 0.1;
  private static final double LEAST_HEADROOM = 0.02;

  private final Selection selection;
  private final Bindings bindings;
  private final RandomGenerator random;
  private double[] weights = new double[8];
  private PoolOptions options;

  /** Why the last one was taken, in one word. */
  String reason = "";

  Order(Selection selection, Bindings bindings, PoolOptions options, RandomGenerator random) {
    this.selection = selection;
    this.bindings = bindings;
    this.options = options;
    this.random = random;
  }

  void follow(PoolOptions now) {
    options = now;
  }

  Member next(
      @Nullable String session, @Nullable Scope scope, Member[] equals, int count, long now) {
    reason = "only_one";
    if (count == 1) {
      return equals[0];
    }
    return switch (options.mode()) {
      case BALANCED -> {
        if (session != null && bindings.isOn()) {
          yield ofSession(session, equals, count);
        }
        yield options.tolerance() == 0
            ? leastUsed(equals, count, now)
            : byWeight(equals, count, now);
      }
      case SEQUENTIAL -> mostUsed(session, scope, equals, count, now);
    };
  }

  /** What one is to the draw, given the uses of the most used one. */
  double weight(double uses, double most, Member member, long now) {
    double behind = Math.max(LEAST_WEIGHT, most - uses + options.tolerance() + 1);
    return behind
        * member.credential.weight()
        * Math.max(LEAST_HEADROOM, selection.headroom(member, now));
  }

  private Member byWeight(Member[] equals, int count, long now) {
    reason = "weight";
    if (weights.length < count) {
      weights = new double[equals.length];
    }
    double most = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = selection.uses(equals[i], now);
      most = Math.max(most, weights[i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = weight(weights[i], most, equals[i], now);
      sum += weights[i];
    }
    double drawn = random.nextDouble() * sum;
    for (int i = 0; i < count; i++) {
      drawn -= weights[i];
      if (drawn < 0) {
        return equals[i];
      }
    }
    return equals[count - 1];
  }

  private Member leastUsed(Member[] equals, int count, long now) {
    reason = "least_used";
    Member least = equals[0];
    long fewest = selection.uses(least, now);
    for (int i = 1; i < count; i++) {
      Member other = equals[i];
      long uses = selection.uses(other, now);
      if (uses < fewest || (uses == fewest && isBefore(other, least))) {
        least = other;
        fewest = uses;
      }
    }
    return least;
  }

  private static boolean isBefore(Member one, Member other) {
    return one.turn != other.turn ? one.turn < other.turn : one.id.compareTo(other.id) < 0;
  }

  // Rendezvous hashing with weights: each has a score for the session, the highest one gets it.
  private Member ofSession(String session, Member[] equals, int count) {
    reason = "session_hash";
    Member highest = equals[0];
    double best = Double.NEGATIVE_INFINITY;
    long seed = mixed(session.hashCode() * 0x9E3779B97F4A7C15L + session.length());
    for (int i = 0; i < count; i++) {
      Member member = equals[i];
      long hash = mixed(seed ^ mixed(member.credential.fingerprint().hashCode()));
      double unit = ((hash >>> 11) + 0.5) * 0x1.0p-53;
      double score = -member.credential.weight() / Math.log(unit);
      if (score > best) {
        best = score;
        highest = member;
      }
    }
    return highest;
  }

  private static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private Member mostUsed(
      @Nullable String session, @Nullable Scope scope, Member[] equals, int count, long now) {
    if (session != null && options.sessions().spread() && scope != null) {
      return fewestSessions(scope, equals, count);
    }
    reason = "most_used";
    Member sticky = scope == null || session != null ? null : scope.sticky;
    Member most = equals[0];
    long highest = selection.uses(most, now);
    for (int i = 0; i < count; i++) {
      Member other = equals[i];
      if (other == sticky) {
        reason = "sticky";
        return other;
      }
      long uses = selection.uses(other, now);
      if (uses > highest || (uses == highest && other.turn > most.turn)) {
        most = other;
        highest = uses;
      }
    }
    return most;
  }

  private Member fewestSessions(Scope scope, Member[] equals, int count) {
    reason = "fewest_sessions";
    Member fewest = equals[0];
    int sessionsOf = Integer.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      int has = bindings.sessionsOf(equals[i], scope.key);
      if (has < sessionsOf) {
        sessionsOf = has;
        fewest = equals[i];
      }
    }
    return fewest;
  }
}
