package dev.caravan.route.hook;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hook of a set of routes. A hook that times out again and again is left alone for a while, so
 * that it does not slow every call down. Thread-safe.
 */
final class Hook {
  private static final Logger LOG = LoggerFactory.getLogger(Hook.class);
  private static final int TIMEOUTS_UNTIL_REST = 3;
  private static final long REST_NANOS = 10_000_000_000L;
  private static final long QUIET_NANOS = 10_000_000_000L;

  private final String name;
  private final HookPoint point;
  private final int order;
  private final boolean failsClosed;
  private final long budgetNanos;
  private final Processor processor;
  private final HookWatch watch;
  private final HookCounts.Count count;
  private final AtomicInteger timeoutsInRow = new AtomicInteger();
  private volatile long restUntil = System.nanoTime();
  private volatile long quietUntil = System.nanoTime();

  Hook(
      String name,
      HookEndpoint endpoint,
      Processor processor,
      HookWatch watch,
      HookCounts.Count count) {
    this.name = name;
    this.point = endpoint.point();
    this.order = endpoint.getOrder();
    this.failsClosed = endpoint.failsClosed();
    this.budgetNanos = endpoint.budget().toNanos();
    this.processor = processor;
    this.watch = watch;
    this.count = count;
  }

  String name() {
    return name;
  }

  HookPoint point() {
    return point;
  }

  int order() {
    return order;
  }

  boolean failsClosed() {
    return failsClosed;
  }

  long budgetNanos() {
    return budgetNanos;
  }

  HookCounts.Count count() {
    return count;
  }

  boolean isResting() {
    return timeoutsInRow.get() >= TIMEOUTS_UNTIL_REST && System.nanoTime() - restUntil < 0;
  }

  /**
   * Runs it on an exchange of its own, in this thread, and never throws.
   *
   * @param stuck run by another thread when it can neither be awaited nor stopped
   * @return why it failed, null when it did not
   */
  @Nullable Throwable run(Exchange exchange, @Nullable Runnable stuck) {
    if (isResting()) {
      count.skips.increment();
      return HookTimeout.again();
    }
    long began = System.nanoTime();
    HookWatch.Run run = watch.begin(exchange, budgetNanos, stuck);
    Throwable problem = null;
    boolean inTime;
    try {
      processor.process(exchange);
      problem = exchange.getException();
    } catch (
        Throwable t) { // a StackOverflowError too: it is the hook's, and the stack is free again
      problem = t;
    } finally {
      inTime = watch.end(run);
    }
    count.runs.increment();
    count.nanos.add(System.nanoTime() - began);
    if (inTime) {
      timeoutsInRow.setPlain(0);
    } else {
      problem = HookTimeout.after(budgetNanos);
      count.timeouts.increment();
      if (timeoutsInRow.incrementAndGet() >= TIMEOUTS_UNTIL_REST) {
        restUntil = System.nanoTime() + REST_NANOS;
      }
    }
    return problem;
  }

  /** Counts and tells a failure, the log at most every ten seconds. */
  void failed(Throwable problem) {
    String why = words(problem);
    count.failed(why);
    long now = System.nanoTime();
    if (now - quietUntil >= 0) {
      quietUntil = now + QUIET_NANOS;
      LOG.warn(
          "hook {} ({}) failed: {}; {}. {} failures so far",
          name,
          point.word(),
          why,
          failsClosed ? "the call is refused (fail-closed)" : "the call goes on (fail-open)",
          count.failures.sum());
      LOG.debug("why hook {} failed", name, problem);
    }
  }

  static String words(Throwable problem) {
    if (problem instanceof HookTimeout) {
      return String.valueOf(problem.getMessage());
    }
    String message = problem.getMessage();
    String text = problem.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
