package dev.caravan.pool;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How one credential stands in the scopes that it was used in: a small open hash table by scope,
 * which costs an idle credential nothing. Guarded by the pool's lock.
 */
final class Standings {
  private static final @Nullable Standing[] NONE = {null};

  private @Nullable Standing[] slots = NONE;
  private int size;

  @Nullable Standing get(Scope scope) {
    int mask = slots.length - 1;
    for (int i = scope.number & mask; ; i = (i + 1) & mask) {
      Standing found = slots[i];
      if (found == null || found.scope == scope) {
        return found;
      }
    }
  }

  void put(Standing standing) {
    if ((size + 1) * 2 > slots.length) {
      resize(Math.max(4, slots.length * 2), s -> true);
    }
    insert(standing);
    size++;
  }

  private void insert(Standing standing) {
    int mask = slots.length - 1;
    int i = standing.scope.number & mask;
    while (slots[i] != null) {
      i = (i + 1) & mask;
    }
    slots[i] = standing;
  }

  private void resize(int length, Predicate<Standing> keep) {
    @Nullable Standing[] old = slots;
    slots = new Standing[length];
    int kept = 0;
    for (Standing standing : old) {
      if (standing != null && keep.test(standing)) {
        insert(standing);
        kept++;
      }
    }
    size = kept;
  }

  void retain(Predicate<Standing> keep) {
    if (size > 0) {
      resize(slots.length, keep);
    }
  }

  void forEach(Consumer<Standing> action) {
    if (size == 0) {
      return;
    }
    for (Standing standing : slots) {
      if (standing != null) {
        action.accept(standing);
      }
    }
  }
}
