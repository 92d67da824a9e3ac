package dev.caravan.mock;

import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the last requests while it is switched on. Thread-safe. */
final class Recorder {
  private static final int KEPT = 100;

  private final Deque<ReceivedRequest> kept = new ArrayDeque<>();
  private volatile boolean on;

  void record(boolean wanted) {
    on = wanted;
  }

  void note(HttpServerRequest request, byte[] body) {
    if (!on) {
      return;
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    request
        .headers()
        .forEach(
            (name, value) -> headers.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value));
    var received =
        new ReceivedRequest(request.method().name(), request.uri(), headers, body.clone());
    synchronized (kept) {
      if (kept.size() == KEPT) {
        kept.removeFirst();
      }
      kept.addLast(received);
    }
  }

  /** The oldest first. */
  List<ReceivedRequest> requests() {
    synchronized (kept) {
      return List.copyOf(kept);
    }
  }

  void clear() {
    synchronized (kept) {
      kept.clear();
    }
  }
}
