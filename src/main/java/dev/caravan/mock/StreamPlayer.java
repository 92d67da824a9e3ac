package dev.caravan.mock;

import dev.caravan.mock.Answer.UsagePlace;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plays one stream, each event in a write of its own: role, reasoning and content at their pace,
 * then the finish, the token counts, {@code [DONE]}; or the mishap when its turn comes. Belongs to
 * its event loop.
 */
final class StreamPlayer {
  private final Visit visit;
  private final HttpServerResponse response;
  private final Answer answer;
  private final Lines lines;
  private final List<byte[]> reasoning;
  private final Mishap.@Nullable Late mishap;
  private final boolean includeUsage;
  private final Chunks chunks;
  private final Pacer pacer;
  private final Tally tally;
  private final int size;
  private final int strikesAt;
  private final boolean role;
  private int position;
  private long dueNanos;

  StreamPlayer(
      Visit visit,
      Answer answer,
      Lines lines,
      Mishap.@Nullable Late mishap,
      boolean includeUsage,
      Chunks chunks,
      Pacer pacer,
      Tally tally) {
    this.visit = visit;
    this.response = visit.response();
    this.answer = answer;
    this.lines = lines;
    this.reasoning = Lines.reasoning(answer.reasoning());
    this.mishap = mishap;
    this.includeUsage = includeUsage;
    this.chunks = chunks;
    this.pacer = pacer;
    this.tally = tally;
    this.size = reasoning.size() + lines.deltas().size();
    this.strikesAt = mishap == null ? -1 : Math.min(mishap.after(), size);
    this.role = answer.role() || strikesAt != 0 || mishap instanceof Mishap.Empty;
  }

  void play() {
    tally.streaming();
    visit.head(200, "text/event-stream; charset=utf-8");
    response.putHeader("cache-control", "no-cache").setChunked(true);
    response.write(Buffer.buffer()); // the head alone
    if (role) {
      response.write(chunks.role());
    }
    int pause = answer.pace().pauseMillis();
    if (role && pause > 0) {
      pacer.after(pause, this::begin);
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
      if (mishap != null && position == strikesAt) {
        strike(mishap);
        return;
      }
      if (position == size) {
        close();
        return;
      }
      if (response.writeQueueFull()) {
        waitForDrain();
        return;
      }
      response.write(chunks.delta(delta(position++)));
      tally.chunk();
      if (gap > 0 && position < size) {
        dueNanos += gap * 1_000_000L;
        pacer.at(dueNanos, gap, this::next);
        return;
      }
    }
  }

  private void waitForDrain() {
    response.drainHandler(
        _ -> {
          response.drainHandler(null);
          next();
        });
  }

  private byte[] delta(int index) {
    int content = index - reasoning.size();
    return content < 0 ? reasoning.get(index) : lines.deltas().get(content);
  }

  private void strike(Mishap.Late struck) {
    switch (struck) {
      case Mishap.Cut(_) -> visit.cut();
      case Mishap.Stalls(_) -> {} // until the client leaves
      case Mishap.ErrorEvent(_, Refusal refusal) -> end(Chunks.error(refusal));
      case Mishap.Garbled() ->
          end(Buffer.buffer("data: {\"id\":\"chatcmpl-1\",\"choices\":[{\n\n"));
      case Mishap.Empty() -> end(Chunks.done());
    }
  }

  private void close() {
    Answer.Ending ending = answer.ending();
    String reason = PlainAnswer.finishReason(answer, lines);
    var counts = new TokenCounts(ending.cached(), size, reasoning.size());
    response.write(
        ending.usage() == UsagePlace.LAST_CHUNK
            ? chunks.finish(reason, counts)
            : chunks.finish(reason));
    if (ending.usage() == UsagePlace.OWN_CHUNK && includeUsage) {
      response.write(chunks.usageOnly(counts));
    }
    if (ending.done()) {
      response.write(Chunks.done());
    }
    visit.finish();
  }

  private void end(Buffer last) {
    response.write(last);
    visit.finish();
  }
}
