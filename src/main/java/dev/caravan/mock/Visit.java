package dev.caravan.mock;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * One request to an endpoint of the provider, from its head to the last byte of the answer or until
 * the client leaves. Belongs to its event loop.
 */
final class Visit {

  /**
   * The place of a visit among those that share its key or its model.
   *
   * @param number from 1
   * @param inFlight this one included
   */
  record Turn(long number, int inFlight) {}

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Tally tally;
  private final long id;
  private final String key;
  private final Turn turnOfKey;
  private final List<Counts.Count> joined = new ArrayList<>(2);
  private boolean over;

  /** Counts the request in; when it is over it counts itself out. */
  Visit(HttpServerRequest request, long id, Tally tally) {
    this.request = request;
    this.response = request.response();
    this.tally = tally;
    this.id = id;
    this.key = keyOf(request);
    tally.begun();
    this.turnOfKey = join(tally.keys.of(key));
    response.closeHandler(_ -> leave());
    response.exceptionHandler(_ -> leave());
    request.exceptionHandler(_ -> leave());
  }

  /** Counts it in among its likes. */
  Turn join(Counts.Count count) {
    joined.add(count);
    var turn = new Turn(count.requests.incrementAndGet(), count.inFlight.incrementAndGet());
    tally.changed();
    return turn;
  }

  /** Text of the API key, {@code (none)} without one. */
  String key() {
    return key;
  }

  long id() {
    return id;
  }

  Turn turnOfKey() {
    return turnOfKey;
  }

  boolean isOver() {
    return over;
  }

  HttpServerResponse response() {
    return response;
  }

  /** Decides the head of the answer; it goes out with the first write. */
  void head(int status, String contentType) {
    tally.answered(status);
    response
        .setStatusCode(status)
        .putHeader("content-type", contentType)
        .putHeader("x-request-id", "req_" + id)
        .putHeader("x-ratelimit-limit-requests", "5000")
        .putHeader("x-ratelimit-remaining-requests", "4999");
  }

  void answer(int status, String contentType, Buffer body) {
    head(status, contentType);
    response.end(body);
    end();
  }

  void refuse(Refusal refusal) {
    if (refusal.retryAfterSeconds() > 0) {
      response.putHeader("retry-after", Integer.toString(refusal.retryAfterSeconds()));
    }
    answer(refusal.status(), refusal.contentType(), Buffer.buffer(refusal.body()));
  }

  /** An answer whose headers are all its own; the events of a stream leave one by one. */
  void replay(Shape.Told told) {
    tally.answered(told.status());
    response.setStatusCode(told.status());
    told.headers().forEach(header -> response.putHeader(header.getKey(), header.getValue()));
    if (told.events()) {
      response.putHeader("content-type", "text/event-stream").setChunked(true);
      told.pieces().forEach(piece -> response.write(piece));
      response.end();
    } else {
      response.putHeader("content-type", "application/json").end(told.pieces().getFirst());
    }
    end();
  }

  /** Ends a stream properly. */
  void finish() {
    response.end();
    end();
  }

  /** Closes the connection after what was written so far. */
  void cut() {
    end();
    request.connection().close();
  }

  private void leave() {
    if (!over) {
      tally.abandoned();
      end();
    }
  }

  private void end() {
    over = true;
    joined.forEach(count -> count.inFlight.decrementAndGet());
    tally.ended();
  }

  private static String keyOf(HttpServerRequest request) {
    String authorization = request.getHeader("authorization");
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return authorization.substring(7).strip();
    }
    String google = request.getHeader("x-goog-api-key");
    String key = google == null ? request.getHeader("x-api-key") : google;
    return key == null ? "(none)" : key;
  }
}
