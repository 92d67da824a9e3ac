package dev.caravan.pool;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The turn that equally ranked credentials take (rotation.md 3.5, 3.6). Guarded by the pool's lock.
 *
 * <p>Balanced: the weight of each is what it is behind the most used one, plus the tolerance, plus
 * one; with tolerance 0 the least used one, then the one least recently used, then by id.
 * Sequential: the one that the scope stays on; else the most used one, then the most recently used.
 */
final class Order {
  private static final double LEAST_WEIGHT = 0.1;

  private final RandomGenerator random;
  private double[] weights = new double[8];

  Order(RandomGenerator random) {
    this.random = random;
  }

  Member next(PoolOptions options, @Nullable Scope scope, Member[] equals, int count, long now) {
    if (count == 1) {
      return equals[0];
    }
    return switch (options.mode()) {
      case BALANCED ->
          options.tolerance() == 0
              ? leastUsed(scope, equals, count, now)
              : byWeight(options.tolerance(), scope, equals, count, now);
      case SEQUENTIAL -> mostUsed(scope, equals, count, now);
    };
  }

  static long uses(@Nullable Scope scope, Member member, long now) {
    Standing standing = scope == null ? null : scope.at(member);
    return standing == null ? 0 : standing.uses(now);
  }

  private Member byWeight(
      double tolerance, @Nullable Scope scope, Member[] equals, int count, long now) {
    if (weights.length < count) {
      weights = new double[equals.length];
    }
    double most = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = uses(scope, equals[i], now);
      most = Math.max(most, weights[i]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      weights[i] = Math.max(LEAST_WEIGHT, most - weights[i] + tolerance + 1);
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

  private static Member leastUsed(@Nullable Scope scope, Member[] equals, int count, long now) {
    Member least = equals[0];
    long fewest = uses(scope, least, now);
    for (int i = 1; i < count; i++) {
      Member other = equals[i];
      long uses = uses(scope, other, now);
      if (uses < fewest || (uses == fewest && isBefore(other, least))) {
        least = other;
        fewest = uses;
      }
    }
    return least;
  }

  private static boolean isBefore(Member one, Member other) {
    return one.turn != other.turn
        ? one.turn < other.turn
        : one.credential.id().compareTo(other.credential.id()) < 0;
  }

  private static Member mostUsed(@Nullable Scope scope, Member[] equals, int count, long now) {
    Member sticky = scope == null ? null : scope.sticky;
    Member most = equals[0];
    long highest = uses(scope, most, now);
    for (int i = 0; i < count; i++) {
      Member other = equals[i];
      if (other == sticky) {
        return other;
      }
      long uses = uses(scope, other, now);
      if (uses > highest || (uses == highest && other.turn > most.turn)) {
        most = other;
        highest = uses;
      }
    }
    return most;
  }
}
