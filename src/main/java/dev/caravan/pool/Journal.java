package dev.caravan.pool;

import java.util.function.Supplier;

/** Tells a {@link PoolMemory} of changes; builds nothing when nobody listens. */
final class Journal {
  final String provider;
  private final PoolMemory memory;
  private boolean replaying;

  Journal(String provider, PoolMemory memory) {
    this.provider = provider;
    this.memory = memory;
  }

  /** Whether somebody listens, so that a change is worth being built. */
  boolean isOn() {
    return memory != PoolMemory.NONE && !replaying;
  }

  void tell(StateChange change) {
    memory.changed(change);
  }

  void tell(Supplier<StateChange> change) {
    if (isOn()) {
      memory.changed(change.get());
    }
  }

  /** Does something of which nobody is told, since it is told already. */
  void silently(Runnable replay) {
    replaying = true;
    try {
      replay.run();
    } finally {
      replaying = false;
    }
  }
}
