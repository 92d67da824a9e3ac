package dev.caravan.pool;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One model or quota group: how each credential stands in it, by the index of the credential.
 * Guarded by the pool's lock.
 */
final class Scope {
  final String key;
  private @Nullable Standing[] row;

  /** The credential that sequential mode stays on. */
  @Nullable Member sticky;

  /** Whether some credential has had an answer here, so that the provider must know the model. */
  boolean answered;

  Scope(String key, int members) {
    this.key = key;
    this.row = new Standing[members];
  }

  @Nullable Standing at(Member member) {
    return member.gone ? null : row[member.index];
  }

  Standing standing(Member member) {
    Standing known = row[member.index];
    if (known == null) {
      known = new Standing(key);
      row[member.index] = known;
    }
    return known;
  }

  /** Gives each credential its new place; {@code oldIndex} is -1 for new ones. */
  void rearrange(int[] oldIndex) {
    @Nullable Standing[] next = new Standing[oldIndex.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = oldIndex[i] < 0 ? null : row[oldIndex[i]];
    }
    row = next;
    if (sticky != null && sticky.gone) {
      sticky = null;
    }
  }

  boolean isIdle(long now) {
    return Arrays.stream(row).allMatch(s -> s == null || s.isIdle(now));
  }
}
