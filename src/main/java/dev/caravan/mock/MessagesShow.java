package dev.caravan.mock;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one request of Anthropic's dialect, well or with a mishap. Belongs to its event
 * loop.
 */
final class MessagesShow {
  private static final String JSON = "application/json";

  private final Visit visit;
  private final MessagesRequest request;
  private final Answer answer;
  private final Mishap mishap;
  private final Pacer pacer;
  private final Tally tally;
  private final MessagesBlocks blocks;
  private int position;
  private long dueNanos;

  MessagesShow(
      Visit visit,
      MessagesRequest request,
      Answer answer,
      Mishap mishap,
      Pacer pacer,
      Tally tally) {
    this.visit = visit;
    this.request = request;
    this.answer = answer;
    this.mishap = mishap;
    this.pacer = pacer;
    this.tally = tally;
    this.blocks =
        new MessagesBlocks("msg_" + visit.id(), request, answer, mishap instanceof Mishap.Empty);
  }

  void give() {
    if (visit.isOver()) {
      return;
    }
    switch (mishap) {
      case Mishap.Refused(Refusal refusal) -> visit.refuse(MessagesRefusal.of(refusal));
      case Mishap.Vanishes() -> visit.cut();
      case Mishap.Hangs() -> {} // until the client leaves
      case Mishap.None() -> play(null);
      case Mishap.Late late -> play(late);
    }
  }

  private void play(Mishap.@Nullable Late late) {
    if (request.stream()) {
      stream(late);
    } else {
      plain(late);
    }
  }

  private void plain(Mishap.@Nullable Late late) {
    Buffer body = blocks.plain();
    switch (late) {
      case null -> visit.answer(200, JSON, body);
      case Mishap.Empty() -> visit.answer(200, JSON, body);
      case Mishap.Garbled() -> visit.answer(200, JSON, half(body));
      case Mishap.ErrorEvent(_, Refusal refusal) ->
          visit.answer(200, JSON, Buffer.buffer(MessagesRefusal.of(refusal).body()));
      case Mishap.Cut(int after) -> {
        begin(body, after);
        visit.cut();
      }
      case Mishap.Stalls(int after) -> begin(body, after);
    }
  }

  private void begin(Buffer body, int after) {
    visit.head(200, JSON);
    visit.response().putHeader("content-length", Integer.toString(body.length()));
    visit.response().write(after == 0 ? Buffer.buffer() : half(body));
  }

  private static Buffer half(Buffer body) {
    return body.slice(0, body.length() / 2);
  }

  private void stream(Mishap.@Nullable Late late) {
    tally.streaming();
    visit.head(200, "text/event-stream; charset=utf-8");
    HttpServerResponse response = visit.response();
    response.putHeader("cache-control", "no-cache").setChunked(true);
    response.write(Buffer.buffer()); // the head alone
    boolean strikesAtOnce = late != null && late.after() == 0 && !(late instanceof Mishap.Empty);
    if (answer.role() || !strikesAtOnce) {
      response.write(blocks.role());
    }
    int pause = answer.pace().pauseMillis();
    dueNanos = System.nanoTime() + pause * 1_000_000L;
    if (pause > 0) {
      pacer.after(pause, () -> next(late));
    } else {
      next(late);
    }
  }

  private void next(Mishap.@Nullable Late late) {
    HttpServerResponse response = visit.response();
    int gap = answer.pace().gapMillis();
    int strikesAt = late == null ? -1 : Math.min(late.after(), blocks.size());
    while (!visit.isOver()) {
      if (late != null && position == strikesAt) {
        strike(late);
        return;
      }
      if (position == blocks.size()) {
        close();
        return;
      }
      if (response.writeQueueFull()) {
        response.drainHandler(
            _ -> {
              response.drainHandler(null);
              next(late);
            });
        return;
      }
      response.write(blocks.piece(position++));
      tally.chunk();
      if (gap > 0 && position < blocks.size()) {
        dueNanos += gap * 1_000_000L;
        pacer.at(dueNanos, gap, () -> next(late));
        return;
      }
    }
  }

  private void strike(Mishap.Late late) {
    switch (late) {
      case Mishap.Cut(_) -> visit.cut();
      case Mishap.Stalls(_) -> {} // until the client leaves
      case Mishap.ErrorEvent(_, Refusal refusal) -> end(MessagesBlocks.error(refusal));
      case Mishap.Garbled() -> end(MessagesBlocks.garbled());
      case Mishap.Empty() -> end(MessagesBlocks.done());
    }
  }

  private void close() {
    visit.response().write(blocks.finish(blocks.size()));
    if (answer.ending().done()) {
      visit.response().write(MessagesBlocks.done());
    }
    visit.finish();
  }

  private void end(Buffer last) {
    visit.response().write(last);
    visit.finish();
  }
}
