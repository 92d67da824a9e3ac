package dev.caravan.http;

import dev.caravan.loop.Loop;
import dev.caravan.loop.Sockets;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections of one loop that do nothing: idle ones, heads and bodies that dribble in.
 * One look every second over all of them, so that a request costs no timer.
 */
final class ConnectionWatch {

  /** What is known of one connection. */
  static final class State {
    private int inFlight;
    private long sinceNanos = System.nanoTime();
    private @Nullable Runnable bodyOverdue;
    private boolean closing;

    void requestBegins() {
      inFlight++;
    }

    void requestEnds() {
      inFlight--;
      sinceNanos = System.nanoTime();
      bodyOverdue = null;
    }

    /** A piece of a body is awaited; when none comes in time, the given is run. */
    void awaitsBody(Runnable overdue) {
      sinceNanos = System.nanoTime();
      bodyOverdue = overdue;
    }

    void bodyMoves() {
      sinceNanos = System.nanoTime();
    }

    void bodyIsIn() {
      bodyOverdue = null;
    }
  }

  private final IdentityHashMap<HttpConnection, State> open = new IdentityHashMap<>();
  private final Loop loop;
  private final long idleNanos;
  private final long bodyPauseNanos;
  private boolean stopped;

  ConnectionWatch(Loop loop, Duration idle, Duration bodyPause) {
    this.loop = loop;
    this.idleNanos = idle.toNanos();
    this.bodyPauseNanos = bodyPause.toNanos();
    loop.after(period(), this::look);
  }

  void opened(HttpConnection connection) {
    open.put(connection, new State());
    connection.closeHandler(nothing -> open.remove(connection));
  }

  State of(HttpConnection connection) {
    return open.computeIfAbsent(connection, c -> new State());
  }

  void stop() {
    stopped = true;
  }

  private long period() {
    return Math.clamp(Math.min(idleNanos, bodyPauseNanos) / 4_000_000, 10, 1000);
  }

  private void look() {
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    List<HttpConnection> idle = new ArrayList<>();
    List<HttpConnection> stuck = new ArrayList<>();
    List<Runnable> overdue = new ArrayList<>();
    open.forEach(
        (connection, state) -> {
          if (state.inFlight == 0 && now - state.sinceNanos > idleNanos) {
            // the first closing waits for a client that still reads, the second for nobody
            (state.closing ? stuck : idle).add(connection);
            state.closing = true;
            state.sinceNanos = now;
          } else if (state.bodyOverdue != null && now - state.sinceNanos > bodyPauseNanos) {
            overdue.add(state.bodyOverdue);
            state.bodyOverdue = null;
          }
        });
    idle.forEach(HttpConnection::close);
    stuck.forEach(Sockets::cut);
    overdue.forEach(Runnable::run);
    loop.after(period(), this::look);
  }
}
