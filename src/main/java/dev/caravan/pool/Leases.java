package dev.caravan.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The open leases of a pool, as a linked list in their own fields. Guarded by the pool's lock. */
final class Leases {
  private @Nullable Lease first;
  private int active;
  private long expired;
  private long lookAgainNanos;

  int active() {
    return active;
  }

  long expired() {
    return expired;
  }

  void add(Lease lease, long nanos, long ttlNanos) {
    if (first == null) {
      lookAgainNanos = nanos + ttlNanos;
    } else {
      first.previous = lease;
      lease.next = first;
    }
    first = lease;
    lease.linked = true;
    active++;
  }

  void remove(Lease lease) {
    if (!lease.linked) {
      return;
    }
    Lease before = lease.previous;
    Lease after = lease.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    lease.previous = null;
    lease.next = null;
    lease.linked = false;
    active--;
  }

  /** Whether one of them began after that time; the latest is the first of the list. */
  boolean hasBegunAfter(long time) {
    return first != null && first.startedAt > time;
  }

  /** Nanoseconds until a lease can expire at the earliest. */
  long expiresInNanos(long nanos) {
    return first == null ? Long.MAX_VALUE : Math.max(1, lookAgainNanos - nanos);
  }

  /**
   * Hands over those that have shown no life for too long; looks only when one can be among them.
   */
  void expire(long nanos, long ttlNanos, Consumer<Lease> dead) {
    if (first == null || nanos - lookAgainNanos < 0) {
      return;
    }
    long oldest = 0;
    for (Lease lease = first; lease != null; ) {
      Lease next = lease.next;
      long silent = nanos - lease.renewedNanos();
      if (silent >= ttlNanos) {
        remove(lease);
        expired++;
        dead.accept(lease);
      } else {
        oldest = Math.max(oldest, silent);
      }
      lease = next;
    }
    lookAgainNanos = nanos + ttlNanos - oldest;
  }
}
