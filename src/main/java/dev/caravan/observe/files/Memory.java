package dev.caravan.observe.files;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that everything which waits to be written may hold together. Thread-safe. */
final class Memory {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  Memory(long most) {
    this.most = most;
  }

  /** Takes so many bytes; false, and none, when there is no room for them. */
  boolean take(long bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }

  long most() {
    return most;
  }
}
