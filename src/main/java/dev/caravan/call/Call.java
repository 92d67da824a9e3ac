package dev.caravan.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request of a client from accept to settle; the only state that a request has.
 *
 * <p>Written by the virtual thread of its exchange, and after the hand-over of a stream by that
 * stream's event loop; the hand-over orders the two. {@link #cancel}, {@link #onCancel} and {@link
 * #settle} may be called from any thread.
 *
 * <p>Invariants: settled exactly once; never cancelled and continued; the model may change until
 * the answer has begun.
 */
public final class Call {

  /** Where a call ended. */
  public enum End {
    ANSWERED,
    FAILED,
    CANCELLED
  }

  /** Told once, when the call has ended. */
  @FunctionalInterface
  public interface Listener {
    void settled(Call call, End end);
  }

  private static final int MOST_NOTES = 100;

  private final String id;
  private final String client;
  private final String dialect;
  private final String requestedModel;
  private final boolean stream;
  private final Deadline deadline;
  private final long startedNanos;
  private final long startedMillis;
  private final List<Attempt> attempts = new ArrayList<>(2);
  private final AtomicBoolean settled = new AtomicBoolean();
  private final List<Listener> listeners = new ArrayList<>(2);
  private final Object cancelLock = new Object();
  private volatile boolean cancelled;
  private @Nullable Runnable onCancel;
  private @Nullable ModelName model;
  private @Nullable String session;
  private @Nullable Earlier earlier;
  private @Nullable String credential;
  private @Nullable Failure failure;
  private Usage usage = Usage.NONE;
  private boolean handedOver;
  private boolean strict;
  private List<String> dropped = List.of();
  private @Nullable Transcript transcript;
  private long upstreamNanos;

  // the decision record
  private final List<Note> notes = new ArrayList<>(2);
  private String generation = "";
  private @Nullable Double costUsd;
  private volatile @Nullable End end;
  private long endedNanos;

  /**
   * @param id of the request, as the client sees it in {@code X-Request-Id}
   * @param client id of the client key, never the key
   * @param dialect that the client speaks, {@code openai-chat}
   * @param requestedModel exactly what the client asked for
   * @param stream whether it asked for a stream
   */
  public Call(
      String id,
      String client,
      String dialect,
      String requestedModel,
      boolean stream,
      Deadline deadline) {
    this.id = id;
    this.client = client;
    this.dialect = dialect;
    this.requestedModel = requestedModel;
    this.stream = stream;
    this.deadline = deadline;
    this.startedNanos = deadline.time().nanos();
    this.startedMillis = deadline.time().epochMillis();
  }

  public String id() {
    return id;
  }

  public String client() {
    return client;
  }

  public String dialect() {
    return dialect;
  }

  public String requestedModel() {
    return requestedModel;
  }

  public boolean stream() {
    return stream;
  }

  public Deadline deadline() {
    return deadline;
  }

  public long startedNanos() {
    return startedNanos;
  }

  /** When it began, in milliseconds since 1970. */
  public long startedMillis() {
    return startedMillis;
  }

  /** The conversation that this call belongs to, null when the client has named none. */
  public @Nullable String session() {
    return session;
  }

  /**
   * Puts the call into a conversation.
   *
   * @param name unlike that of any other client's conversation
   */
  public void session(@Nullable String name) {
    this.session = name;
  }

  /** Where the last answer of its conversation came from, null when that is not known. */
  public @Nullable Earlier earlier() {
    return earlier;
  }

  public void goesOnFrom(@Nullable Earlier answer) {
    this.earlier = answer;
  }

  /** The model that this call goes to, null until one was chosen. */
  public @Nullable ModelName model() {
    return model;
  }

  /**
   * Sends the call to a model: at first, by an alias, or as the next of a list of fallbacks.
   * Forgets the failure.
   */
  public void routeTo(ModelName target) {
    if (failure != null) {
      note(new Note.GaveUp(deadline.time().nanos(), failure));
    }
    if (!target.equals(model) && (model != null || !isRequested(target))) {
      note(new Note.Routed(deadline.time().nanos(), target));
    }
    this.model = target;
    this.failure = null;
  }

  private boolean isRequested(ModelName target) {
    return requestedModel.length()
            == target.provider().length() + 1 + target.upstreamModel().length()
        && requestedModel.endsWith(target.upstreamModel());
  }

  /** Why the call has failed so far, null while it has not. */
  public @Nullable Failure failure() {
    return failure;
  }

  public void fail(Failure why) {
    this.failure = why;
  }

  public boolean isFailed() {
    return failure != null;
  }

  /**
   * Whether another model is worth a try: it failed, and neither by the client's own fault nor
   * because it left.
   */
  public boolean isWorthAnother() {
    return failure != null && !failure.kind().isClients() && !cancelled && !deadline.isOver();
  }

  public List<Attempt> attempts() {
    return attempts;
  }

  public void tried(Attempt attempt) {
    attempts.add(attempt);
  }

  /** Adds an attempt, with what the record keeps of it. */
  public void tried(Attempt attempt, long beganNanos, @Nullable String message) {
    attempts.add(attempt);
    note(new Note.Tried(beganNanos, model, attempt, message));
  }

  /** Adds a step to the decision record; beyond a bound it is left out. */
  public void note(Note step) {
    if (notes.size() < MOST_NOTES) {
      notes.add(step);
    }
  }

  /** The decision record so far, from any thread; a call that runs may be a step behind. */
  public List<Note> notes() {
    List<Note> safe = new ArrayList<>();
    for (Object note : notes.toArray()) {
      if (note != null) {
        safe.add((Note) note);
      }
    }
    return safe;
  }

  /** Names of the set of routes that serves this call. */
  public String generation() {
    return generation;
  }

  public void servedBy(String routes) {
    generation = routes;
  }

  /** Paths of the fields that a translation could not carry over, {@code logit_bias}. */
  public List<String> dropped() {
    return dropped;
  }

  public void dropped(List<String> paths) {
    dropped = List.copyOf(paths);
  }

  /** What the answer cost in US dollars, null when no price is known. */
  public @Nullable Double costUsd() {
    return costUsd;
  }

  public void costUsd(@Nullable Double dollars) {
    costUsd = dollars;
  }

  /** How it ended, null while it runs. */
  public @Nullable End end() {
    return end;
  }

  /** How long it took, or takes until now. */
  public long lastedNanos() {
    return (end == null ? deadline.time().nanos() : endedNanos) - startedNanos;
  }

  public Usage usage() {
    return usage;
  }

  public void used(Usage counted) {
    this.usage = counted;
  }

  /**
   * Whether the client would rather have no answer than one without something that it asked for.
   */
  public boolean isStrict() {
    return strict;
  }

  public void beStrict() {
    this.strict = true;
  }

  /** What takes this call down, null when no log wants it. */
  public @Nullable Transcript transcript() {
    return transcript;
  }

  public void transcript(@Nullable Transcript taken) {
    transcript = taken;
  }

  /** Adds time that was spent waiting for a provider, up to its first content. */
  public void waitedForUpstream(long nanos) {
    upstreamNanos += nanos;
  }

  /** All time that was spent waiting for providers, up to the first content. */
  public long upstreamNanos() {
    return upstreamNanos;
  }

  /**
   * An attempt has answered: earlier failures are history.
   *
   * @param by fingerprint of the credential
   */
  public void answeredBy(String by) {
    this.failure = null;
    this.credential = by;
  }

  /** Fingerprint of the credential whose attempt has answered, null before. */
  public @Nullable String credential() {
    return credential;
  }

  /** Marks that a stream settles this call at its end, after the exchange is over. */
  public void handOver() {
    handedOver = true;
  }

  public boolean isHandedOver() {
    return handedOver;
  }

  /** Has somebody told when the call ends; at once when it has. From any thread. */
  public void onSettled(Listener listener) {
    End known;
    synchronized (listeners) {
      known = end;
      if (known == null) {
        listeners.add(listener);
      }
    }
    if (known != null) {
      listener.settled(this, known);
    }
  }

  /** Ends the call; only the first caller does. What it held on to is let go of. */
  public void settle(End how) {
    if (settled.compareAndSet(false, true)) {
      endedNanos = deadline.time().nanos();
      failure = failure == null ? null : failure.withoutRelay();
      List<Listener> told;
      synchronized (listeners) {
        end = how;
        told = List.copyOf(listeners);
        listeners.clear();
      }
      for (Listener listener : told) {
        listener.settled(this, how);
      }
      forgetCancel();
    }
  }

  private void forgetCancel() {
    synchronized (cancelLock) {
      onCancel = null;
    }
  }

  public boolean isSettled() {
    return settled.get();
  }

  /**
   * The client has left, or the gateway shuts down: stops what runs now. Later calls do nothing.
   */
  public void cancel() {
    Runnable stop;
    synchronized (cancelLock) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      stop = onCancel;
      onCancel = null;
    }
    if (stop != null) {
      stop.run();
    }
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Replaces what {@link #cancel} stops; runs it at once if the call is cancelled already. Null
   * clears it.
   */
  public void onCancel(@Nullable Runnable stop) {
    boolean now;
    synchronized (cancelLock) {
      now = cancelled;
      onCancel = now ? null : stop;
    }
    if (now && stop != null) {
      stop.run();
    }
  }

  /**
   * Sleeps before another attempt, unless the client leaves before.
   *
   * @return false when it has left
   */
  public boolean rest(Duration wait) throws InterruptedException {
    if (wait.isZero() || wait.isNegative()) {
      return !isCancelled();
    }
    Thread sleeper = Thread.currentThread();
    long before = System.nanoTime();
    onCancel(() -> LockSupport.unpark(sleeper));
    long until = before + wait.toNanos();
    long left = wait.toNanos();
    while (left > 0 && !isCancelled()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      left = until - System.nanoTime();
    }
    onCancel(null);
    String provider = model == null ? "" : model.provider();
    note(new Note.Waited(before, provider, "retry", System.nanoTime() - before));
    return !isCancelled();
  }
}
