package dev.caravan.call;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The last calls, for whoever asks why: a ring of as many as fit, running ones among them.
 * Thread-safe; taking a call in costs a few nanoseconds and allocates nothing.
 */
public final class RecentCalls {
  /** A longer name of a model is a mistake or an attack, and would be kept for long. */
  private static final int LONGEST_MODEL = 500;

  private final AtomicReferenceArray<Call> ring;
  private final AtomicLong next = new AtomicLong();

  /**
   * @param kept how many, 0 for none
   */
  public RecentCalls(int kept) {
    this.ring = new AtomicReferenceArray<>(kept);
  }

  /** How many it holds at most. */
  public int size() {
    return ring.length();
  }

  /** Takes a call in, in place of the oldest. */
  public void opened(Call call) {
    int size = ring.length();
    if (size > 0 && call.requestedModel().length() <= LONGEST_MODEL) {
      ring.set((int) (next.getAndIncrement() % size), call);
    }
  }

  /** All of them, newest first. */
  public List<Call> newestFirst() {
    List<Call> calls = new ArrayList<>();
    int size = ring.length();
    long end = next.get();
    for (long i = end - 1; i >= Math.max(0, end - size); i--) {
      Call call = ring.get((int) (i % size));
      if (call != null) {
        calls.add(call);
      }
    }
    return calls;
  }
}
