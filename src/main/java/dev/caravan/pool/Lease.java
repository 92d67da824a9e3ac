package dev.caravan.pool;

import dev.caravan.call.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The right to one call in flight on one credential. Whoever has it settles it, with exactly one
 * outcome; a lease without sign of life for {@link PoolOptions#leaseTtl} gives its slot back by
 * itself.
 *
 * <p>Thread-safe; no method blocks for I/O, so that an event loop may call them.
 */
public final class Lease {
  private final Pool pool;
  final Member member;
  final Ask ask;
  final Credential credential;
  final long startedAt;

  // What follows is guarded by the pool's lock, but for the two volatile fields.
  boolean settled;
  boolean expired;
  boolean linked;
  boolean returning;
  boolean probe;
  boolean moves;
  boolean passedOver;
  @Nullable Lease previous;
  @Nullable Lease next;
  private List<Gate> gates = List.of();
  private volatile boolean onTrial;
  private volatile long renewedNanos;

  Lease(Pool pool, Member member, Ask ask, long now, long nanos) {
    this.pool = pool;
    this.member = member;
    this.ask = ask;
    this.credential = member.credential;
    this.startedAt = now;
    this.renewedNanos = nanos;
  }

  public Credential credential() {
    return credential;
  }

  public String fingerprint() {
    return credential.fingerprint();
  }

  /** A sign of life: a chunk has come. Cheap enough for every chunk. */
  public void renew() {
    renewedNanos = pool.nanos();
    if (onTrial) {
      pool.proven(this);
    }
  }

  /**
   * Ends the lease: frees the slot, counts the use, and after a fault rests the credential if it
   * was to blame. Not needed after {@link Pool#decide} has answered rotate or stop.
   *
   * @return whether this call was the first, the only one that counts
   */
  public boolean settle(Outcome outcome) {
    return pool.settle(this, outcome, Settlement.PLAIN);
  }

  /** The same, with what is known besides the outcome. */
  public boolean settle(Outcome outcome, Settlement how) {
    return pool.settle(this, outcome, how);
  }

  /** Whether something was in the way of other credentials when this one was lent. */
  public boolean hasPassedOver() {
    return passedOver;
  }

  long renewedNanos() {
    return renewedNanos;
  }

  void renewedAt(long nanos) {
    renewedNanos = nanos;
  }

  List<Gate> gates() {
    return gates;
  }

  void tries(Gate gate) {
    if (gates.isEmpty()) {
      gates = new ArrayList<>(2);
    }
    gates.add(gate);
    onTrial = true;
  }

  /** Its first sign of life is worth a note. */
  void watch() {
    onTrial = true;
  }

  boolean isTrialOf(Gate gate) {
    return gates.contains(gate);
  }

  /** Whether others were held off for it, who may go now. */
  boolean endTrials() {
    onTrial = false;
    boolean held = false;
    for (Gate gate : gates) {
      held |= gate.endTrial(this);
    }
    return held;
  }

  @Override
  public String toString() {
    return "Lease[" + credential.fingerprint() + ", " + ask.model() + "]";
  }
}
