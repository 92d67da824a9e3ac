package dev.caravan.mock;

import io.vertx.core.buffer.Buffer;

/** The answer to one chat request, well or with a mishap. Belongs to its event loop. */
record Performance(
    Visit visit, ChatRequest request, Answer answer, Lines lines, Pacer pacer, Tally tally) {
  private static final String JSON = "application/json";

  void give(Mishap mishap) {
    if (visit.isOver()) {
      return;
    }
    switch (mishap) {
      case Mishap.Refused(Refusal refusal) -> visit.refuse(refusal);
      case Mishap.Vanishes() -> visit.cut();
      case Mishap.Hangs() -> {} // until the client leaves
      case Mishap.None() -> {
        if (request.stream()) {
          new StreamPlayer(this, null).play();
        } else {
          visit.answer(200, JSON, plain());
        }
      }
      case Mishap.Late late -> {
        if (request.stream()) {
          new StreamPlayer(this, late).play();
        } else {
          spoil(late);
        }
      }
    }
  }

  /** What the chunks of its stream have in common. */
  Chunks chunks() {
    if (request.isResponses()) {
      return new ResponsesChunks(responseId(), created(), request.model(), answer.ending());
    }
    String onEach = answer.ending().repeated() ? finishReason() : "";
    return new ChatChunks(id(), created(), request.model(), onEach);
  }

  String finishReason() {
    return PlainAnswer.finishReason(answer, lines);
  }

  private void spoil(Mishap.Late late) {
    switch (late) {
      case Mishap.Cut(int after) -> {
        begin(after);
        visit.cut();
      }
      case Mishap.Stalls(int after) -> begin(after);
      case Mishap.ErrorEvent(_, Refusal refusal) ->
          visit.answer(200, JSON, Buffer.buffer(refusal.body()));
      case Mishap.Garbled() -> visit.answer(200, JSON, half(plain()));
      case Mishap.Empty() -> visit.answer(200, JSON, plain());
    }
  }

  private void begin(int after) {
    Buffer body = plain();
    visit.head(200, JSON);
    visit.response().putHeader("content-length", Integer.toString(body.length()));
    visit.response().write(after == 0 ? Buffer.buffer() : half(body));
  }

  private Buffer plain() {
    return request.isResponses()
        ? ResponsesAnswer.body(responseId(), created(), request.model(), answer, lines)
        : PlainAnswer.body(id(), created(), request.model(), answer, lines);
  }

  private static Buffer half(Buffer body) {
    return body.slice(0, body.length() / 2);
  }

  private String id() {
    return "chatcmpl-" + visit.id();
  }

  private String responseId() {
    return "resp_" + visit.id();
  }

  private static long created() {
    return System.currentTimeMillis() / 1000;
  }
}
