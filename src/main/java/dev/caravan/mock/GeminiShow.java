package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;

/**
 * Gives the answer to one request in Gemini's dialect, well or with a mishap, by the same drills as
 * any other. Belongs to its event loop.
 */
final class GeminiShow {
  private static final String JSON = "application/json; charset=UTF-8";
  private static final ObjectMapper TREES = new ObjectMapper(Json.FACTORY);

  private final Visit visit;
  private final GeminiRequest request;
  private final Answer answer;
  private final Pacer pacer;
  private final Tally tally;
  private final Mishap mishap;
  private final GeminiChunks chunks;
  private final List<String> parts;
  private int position;
  private int strikesAt = -1;
  private long dueNanos;
  private boolean begun;

  GeminiShow(
      Visit visit, GeminiRequest request, Answer answer, Mishap mishap, Pacer pacer, Tally tally) {
    this.visit = visit;
    this.request = request;
    this.answer = answer;
    this.mishap = mishap;
    this.pacer = pacer;
    this.tally = tally;
    this.chunks = new GeminiChunks(request, answer, visit.id(), mishap instanceof Mishap.Empty);
    this.parts = request.stream() ? chunks.parts() : List.of();
  }

  void give() {
    if (visit.isOver()) {
      return;
    }
    switch (mishap) {
      case Mishap.Refused(Refusal refusal) -> visit.refuse(said(refusal));
      case Mishap.Vanishes() -> visit.cut();
      case Mishap.Hangs() -> {} // until the client leaves
      case Mishap.None() -> {
        if (request.stream()) {
          stream();
        } else {
          visit.answer(200, JSON, whole());
        }
      }
      case Mishap.Late late -> {
        if (request.stream()) {
          strikesAt = Math.min(late.after(), parts.size());
          stream();
        } else {
          spoil(late);
        }
      }
    }
  }

  private void spoil(Mishap.Late late) {
    Buffer whole = whole();
    switch (late) {
      case Mishap.Cut(int after) -> {
        half(whole);
        visit.cut();
      }
      case Mishap.Stalls(int after) -> half(whole);
      case Mishap.ErrorEvent(int after, Refusal refusal) ->
          visit.answer(200, JSON, Buffer.buffer(said(refusal).body()));
      case Mishap.Garbled() -> visit.answer(200, JSON, whole.slice(0, whole.length() / 2));
      case Mishap.Empty() -> visit.answer(200, JSON, whole);
    }
  }

  private void half(Buffer whole) {
    visit.head(200, JSON);
    visit.response().putHeader("content-length", Integer.toString(whole.length()));
    visit.response().write(whole.slice(0, whole.length() / 2));
  }

  private void stream() {
    tally.streaming();
    visit.head(200, request.events() ? "text/event-stream" : JSON);
    visit.response().setChunked(true).write(Buffer.buffer());
    if (answer.pace().pauseMillis() > 0) {
      pacer.after(answer.pace().pauseMillis(), this::begin);
    } else {
      begin();
    }
  }

  private void begin() {
    dueNanos = System.nanoTime();
    next();
  }

  private void next() {
    int gap = answer.pace().gapMillis();
    while (!visit.isOver()) {
      if (position == strikesAt) {
        strike();
        return;
      }
      if (position == parts.size()) {
        piece(chunks.last(position));
        close();
        return;
      }
      if (visit.response().writeQueueFull()) {
        visit
            .response()
            .drainHandler(
                nothing -> {
                  visit.response().drainHandler(null);
                  next();
                });
        return;
      }
      piece(chunks.chunk(parts.get(position++), position));
      tally.chunk();
      if (gap > 0 && position < parts.size()) {
        dueNanos += gap * 1_000_000L;
        pacer.at(dueNanos, gap, this::next);
        return;
      }
    }
  }

  private Buffer whole() {
    Buffer whole = chunks.whole();
    return request.wrapped() ? Buffer.buffer(wrapped(whole.toString())) : whole;
  }

  private String wrapped(String json) {
    return "{\"response\":" + json + ",\"traceId\":\"mock-" + visit.id() + "\"}";
  }

  private Refusal said(Refusal refusal) {
    return request.wrapped()
        ? CodeAssistDesk.detailed(googles(refusal), request.model())
        : googles(refusal);
  }

  private void piece(String json) {
    bare(request.wrapped() ? wrapped(json) : json);
  }

  /** What has nothing around it. */
  private void bare(String json) {
    String framed =
        request.events() ? "data: " + json + "\r\n\r\n" : (begun ? ",\r\n" : "[") + json;
    begun = true;
    visit.response().write(Buffer.buffer(framed));
  }

  private void close() {
    if (!request.events()) {
      visit.response().write(Buffer.buffer(begun ? "]" : "[]"));
    }
    visit.finish();
  }

  private void strike() {
    switch ((Mishap.Late) mishap) {
      case Mishap.Cut(int after) -> visit.cut();
      case Mishap.Stalls(int after) -> {} // until the client leaves
      case Mishap.ErrorEvent(int after, Refusal refusal) -> {
        bare(said(refusal).body());
        close();
      }
      case Mishap.Garbled() -> {
        piece("{\"candidates\":[{");
        close();
      }
      case Mishap.Empty() -> {
        piece(chunks.last(0));
        close();
      }
    }
  }

  /** An error in Google's shape. */
  static Refusal googles(Refusal refusal) {
    JsonNode error;
    try {
      error = TREES.readTree(refusal.body()).path("error");
    } catch (IOException page) {
      return refusal;
    }
    if (!error.isObject() || error.has("status")) {
      return refusal;
    }
    String status =
        switch (refusal.status()) {
          case 400 -> "INVALID_ARGUMENT";
          case 401 -> "UNAUTHENTICATED";
          case 403 -> "PERMISSION_DENIED";
          case 404 -> "NOT_FOUND";
          case 429 -> "RESOURCE_EXHAUSTED";
          case 503 -> "UNAVAILABLE";
          case 504 -> "DEADLINE_EXCEEDED";
          default -> refusal.status() < 500 ? "FAILED_PRECONDITION" : "INTERNAL";
        };
    String body =
        "{\"error\":{\"code\":"
            + refusal.status()
            + ",\"message\":"
            + Json.quoted(error.path("message").asText())
            + ",\"status\":\""
            + status
            + "\"}}";
    return new Refusal(refusal.status(), refusal.retryAfterSeconds(), JSON, body);
  }
}
