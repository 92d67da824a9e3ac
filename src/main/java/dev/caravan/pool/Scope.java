package dev.caravan.pool;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One model or quota group, or all of a credential. How each credential stands in it is kept with
 * the credential. Guarded by the pool's lock.
 */
final class Scope {
  /** Priority under which the cycle of all tiers together is kept. */
  static final int ALL_TIERS = -1;

  /** A turn in which every credential of a tier is used up once. */
  static final class Cycle {
    long startedAt;
    int cycles;
  }

  final String key;
  final ScopeKind kind;

  /** Unlike that of any other scope of the pool. */
  final int number;

  /** The credential that sequential mode stays on. */
  @Nullable Member sticky;

  /** Whether some credential has had an answer here, so that the provider must know the model. */
  boolean answered;

  /** When it was last of interest, in epoch milliseconds. */
  long touched;

  /** Highest and lowest use of any credential, as of the last look at all of them. */
  long mostUses;

  long fewestUses;
  double heaviest = 1;
  int picksUntilLook;

  /** When a probe of somebody may be due at the earliest; {@code Long.MAX_VALUE} for none. */
  long nextProbe = Long.MAX_VALUE;

  /** Whether the pace of some credential is known here. */
  boolean paced;

  private @Nullable Map<Integer, Cycle> cycles;

  Scope(String key, ScopeKind kind, int number) {
    this.key = key;
    this.kind = kind;
    this.number = number;
  }

  @Nullable Cycle cycleIfAny(int tier) {
    return cycles == null ? null : cycles.get(tier);
  }

  Cycle cycle(int tier, long now) {
    if (cycles == null) {
      cycles = new HashMap<>(2);
    }
    Cycle cycle = cycles.computeIfAbsent(tier, t -> new Cycle());
    if (cycle.startedAt == 0) {
      cycle.startedAt = now;
    }
    return cycle;
  }

  Map<Integer, Cycle> cycles() {
    return cycles == null ? Map.of() : cycles;
  }
}
