package dev.caravan.oauth;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one refresh of an account run at a time, wherever it runs. One gateway alone needs no more
 * than {@link #local()}; several that share their state bring a lock that they share.
 */
@FunctionalInterface
public interface AccountLock {

  /** Ends with {@link #close}. */
  @FunctionalInterface
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits until nobody else refreshes this account.
   *
   * @param account its id
   */
  Held hold(String account) throws InterruptedException;

  /** One that only this process knows of. */
  static AccountLock local() {
    ConcurrentMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    return account -> {
      ReentrantLock lock = locks.computeIfAbsent(account, id -> new ReentrantLock());
      lock.lockInterruptibly();
      return lock::unlock;
    };
  }
}
