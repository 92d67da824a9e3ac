package dev.caravan.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;

/**
 * Lets one refresh of an account run at a time, wherever it runs. Programs of one machine share
 * {@link FolderLock}; gateways that share their state over a network bring a lock that they share.
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
   * Waits until nobody else refreshes or stores this account.
   *
   * @param account by its {@link #name}
   */
  Held hold(String account) throws InterruptedException;

  /** One that only this process knows of. */
  static AccountLock local() {
    ConcurrentMap<String, Semaphore> locks = new ConcurrentHashMap<>();
    return account -> {
      Semaphore lock = locks.computeIfAbsent(account, id -> new Semaphore(1));
      lock.acquire();
      return lock::release;
    };
  }

  /**
   * What every program calls an account, whatever its data folder; tells nobody who it is.
   *
   * @param identity what tells it from others of its provider
   */
  static String name(String provider, String identity) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((provider + '\n' + identity).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }
}
