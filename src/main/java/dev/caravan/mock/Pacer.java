package dev.caravan.mock;

import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Wakes the streams of one event loop. Streams of the same pace fall due in the order in which they
 * were put off, so that one queue and one timer serve thousands of them.
 */
final class Pacer {

  // Vert.x counts in milliseconds: what is due within half of one is not worth another timer.
  private static final long SLACK_NANOS = 500_000;

  private record Due(long atNanos, Runnable step) {}

  private final Vertx vertx;
  private final Map<Integer, Lane> lanes = new HashMap<>();

  Pacer(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Runs the step after so many milliseconds. */
  void after(int millis, Runnable step) {
    at(System.nanoTime() + millis * 1_000_000L, millis, step);
  }

  /**
   * Runs the step at a moment of {@link System#nanoTime()}.
   *
   * @param paceMillis by which the moment was put off
   */
  void at(long nanos, int paceMillis, Runnable step) {
    lanes.computeIfAbsent(paceMillis, Lane::new).add(new Due(nanos, step));
  }

  private final class Lane {
    private final int pace;
    private final Deque<Due> queue = new ArrayDeque<>();
    private boolean armed;

    Lane(int pace) {
      this.pace = pace;
    }

    void add(Due due) {
      queue.addLast(due);
      if (!armed) {
        arm();
      }
    }

    private void arm() {
      armed = true;
      long wait = queue.getFirst().atNanos - System.nanoTime();
      if (wait <= SLACK_NANOS) {
        vertx.runOnContext(_ -> wake()); // late already; what else is ready has its turn before
      } else {
        vertx.setTimer((wait + SLACK_NANOS) / 1_000_000, _ -> wake());
      }
    }

    private void wake() {
      // A step that lags may fall due again at once; it has to let the others pass first.
      long now = System.nanoTime();
      for (int left = queue.size(); left > 0; left--) {
        if (queue.getFirst().atNanos - now > SLACK_NANOS) {
          break;
        }
        queue.removeFirst().step.run();
      }
      armed = false;
      if (queue.isEmpty()) {
        lanes.remove(pace);
      } else {
        arm();
      }
    }
  }
}
