package dev.caravan.pool;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of one pool. What is done under it takes a microsecond or two, so who finds it taken
 * looks again some times before it gives its processor away: a thread that parks costs more than
 * many such waits.
 */
final class PoolLock {
  private static final int SPINS = 200;
  private static final boolean MAY_SPIN = Runtime.getRuntime().availableProcessors() > 1;

  private final ReentrantLock lock = new ReentrantLock();

  void lock() {
    if (lock.tryLock()) {
      return;
    }
    if (MAY_SPIN) {
      for (int i = 0; i < SPINS; i++) {
        Thread.onSpinWait();
        if (!lock.isLocked() && lock.tryLock()) {
          return;
        }
      }
    }
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }
}
