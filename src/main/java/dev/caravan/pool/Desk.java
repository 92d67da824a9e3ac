package dev.caravan.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes leases; the only place that counts calls in flight. Guarded by the pool's lock.
 */
final class Desk {
  private final Pool pool;
  private final Selection selection;
  private final Throttles throttles;
  private final Leases leases = new Leases();
  private long ttlNanos;
  private long turns;
  private long busySince;

  Desk(Pool pool, Selection selection, Throttles throttles, PoolOptions options) {
    this.pool = pool;
    this.selection = selection;
    this.throttles = throttles;
    this.ttlNanos = options.leaseTtl().toNanos();
  }

  void follow(PoolOptions now) {
    ttlNanos = now.leaseTtl().toNanos();
  }

  /** Since when calls have been under way without a gap; wall clock milliseconds. */
  long busySince() {
    return busySince;
  }

  void shift(long millis) {
    busySince += millis;
  }

  Leases leases() {
    return leases;
  }

  /** Lends what the selection has just found for the ask. */
  Lease open(Member member, Ask ask, long now, long nanos) {
    Lease lease = new Lease(pool, member, ask, now, nanos);
    lease.probe = selection.isProbe;
    lease.moves = selection.moves(member, ask, now);
    lease.returning = ask.begin(member, nanos);
    member.active++;
    member.turn = ++turns;
    member.lastUsed = now;
    if (leases.active() == 0) {
      busySince = now;
    }
    leases.add(lease, nanos, ttlNanos);
    Scope scope = selection.scope();
    Scope model = selection.modelScope();
    Standing standing = member.at(scope);
    Booking.begins(standing, now);
    goFirst(standing, lease, now);
    goFirst(member.at(model), lease, now);
    goFirst(member.whole, lease, now);
    if (!throttles.isEmpty()) {
      goFirst(throttles.ofProvider(), lease, now);
      goFirst(throttles.ofModel(ask), lease, now);
    }
    return lease;
  }

  private static void goFirst(@Nullable Gate gate, Lease lease, long now) {
    if (gate == null || gate.until == 0) {
      return;
    }
    gate.tryWith(lease, now);
    if (lease.probe && gate instanceof Standing standing && standing.isClosed(now)) {
      standing.probeStarts(now);
    }
  }

  /** Frees the slot, unless expiry has done so. */
  void close(Lease lease) {
    if (!lease.expired) {
      leases.remove(lease);
      lease.member.active--;
    }
  }

  void expire(long nanos, Consumer<Lease> dead) {
    leases.expire(
        nanos,
        ttlNanos,
        lease -> {
          lease.expired = true;
          lease.member.active--;
          dead.accept(lease);
        });
  }

  long expiresInNanos(long nanos) {
    return leases.expiresInNanos(nanos);
  }
}
