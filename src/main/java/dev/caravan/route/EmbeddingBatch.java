package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.dialect.hub.embeddings.EmbeddingAnswer;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Requests for embeddings that wait to leave together. Everything but {@link #awaitFull} is called
 * with the lock of {@link EmbeddingBatches} held, or by the one thread that leads the batch once it
 * has left.
 */
final class EmbeddingBatch {

  /** What becomes of a request that has joined. */
  sealed interface Fate {
    /** Its vectors and its share of what was billed, of a call that served this many. */
    record Served(EmbeddingAnswer share, Call of, int together) implements Fate {}

    /** It has to be asked alone: one of the others may have been to blame. */
    record Alone() implements Fate {}

    record Failed(Failure why, Call of) implements Fate {}

    /** Its client has left. */
    record Gone() implements Fate {}
  }

  /** A request that has joined. */
  record Member(Call call, EmbeddingRequest request, long tokens, CompletableFuture<Fate> fate) {
    boolean isGone() {
      return call.isCancelled();
    }
  }

  private final int size;
  private final long mostTokens;
  private final CountDownLatch full = new CountDownLatch(1);
  private final List<Member> members = new ArrayList<>();
  private int inputs;
  private long tokens;
  private volatile long leavesAtNanos;

  /**
   * An empty one.
   *
   * @param size inputs with which it leaves
   * @param leavesAtNanos when it leaves at the latest, on {@link System#nanoTime()}
   */
  EmbeddingBatch(int size, long mostTokens, long leavesAtNanos) {
    this.size = size;
    this.mostTokens = mostTokens;
    this.leavesAtNanos = leavesAtNanos;
  }

  /** Whether a request may join without making it larger than it may be. */
  boolean hasRoomFor(Member member) {
    return inputs + member.request().inputs().size() <= size
        && (members.isEmpty() || tokens + member.tokens() <= mostTokens);
  }

  /** Takes a request in; its deadline may make all of them leave earlier. */
  void add(Member member) {
    members.add(member);
    inputs += member.request().inputs().size();
    tokens += member.tokens();
    long deadline = System.nanoTime() + member.call().deadline().remaining().toNanos();
    if (deadline - leavesAtNanos < 0) {
      leavesAtNanos = deadline;
    }
  }

  boolean isFull() {
    return inputs >= size || tokens >= mostTokens;
  }

  /** Lets the one that waits in {@link #awaitFull} go. */
  void leaveNow() {
    full.countDown();
  }

  /** Waits until it is full or has waited long enough. */
  void awaitFull() throws InterruptedException {
    long left = leavesAtNanos - System.nanoTime();
    while (left > 0 && !full.await(left, TimeUnit.NANOSECONDS)) {
      left = leavesAtNanos - System.nanoTime(); // somebody with less time may have joined
    }
  }

  /** Those whose clients are still there. */
  List<Member> present() {
    return members.stream().filter(member -> !member.isGone()).toList();
  }
}
