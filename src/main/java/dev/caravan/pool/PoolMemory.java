package dev.caravan.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where what pools know outlives the process: files, a shared store (rotation.md 4.6). Given to
 * {@link Pools#keepIn} before the first pool is made.
 */
public interface PoolMemory {

  /** Keeps nothing; nothing is built for it either. */
  PoolMemory NONE =
      new PoolMemory() {
        @Override
        public @Nullable Remembered load(String provider) {
          return null;
        }

        @Override
        public void changed(StateChange change) {}
      };

  /**
   * What is known from earlier.
   *
   * @param state the last snapshot
   * @param since what happened after it, in order
   */
  record Remembered(PoolState state, List<StateChange> since) {}

  /**
   * Called once for each provider, when its pool is made; null when nothing is known. May block.
   */
  @Nullable Remembered load(String provider);

  /**
   * Something has changed. Called under the pool's lock, in order, by threads that serve calls and
   * by event loops: must not block, must not call the pool, should do no more than put the change
   * into a queue.
   */
  void changed(StateChange change);
}
