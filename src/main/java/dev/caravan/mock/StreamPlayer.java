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
  private final Performance performance;
  private final Answer answer;
  private final List<byte[]> reasoning;
  private final List<byte[]> content;
  private final Mishap.@Nullable Late mishap;
  private final Chunks chunks;
  private final int size;
  private final int strikesAt;
  private final boolean role;
  private int position;
  private long dueNanos;

  /**
   * @param mishap null when all goes well
   */
  StreamPlayer(Performance performance, Mishap.@Nullable Late mishap) {
    this.performance = performance;
    this.visit = performance.visit();
    this.response = visit.response();
    this.answer = performance.answer();
    this.reasoning = Lines.reasoning(answer.reasoning());
    this.content = performance.lines().deltas();
    this.mishap = mishap;
    this.chunks = performance.chunks();
    this.size = reasoning.size() + content.size();
    this.strikesAt = mishap == null ? -1 : Math.min(mishap.after(), size);
    this.role = answer.role() || strikesAt != 0 || mishap instanceof Mishap.Empty;
  }

  void play() {
    performance.tally().streaming();
    visit.head(200, "text/event-stream; charset=utf-8");
    response.putHeader("cache-control", "no-cache").setChunked(true);
    response.write(Buffer.buffer()); // the head alone
    if (role) {
      response.write(chunks.role());
    }
    int pause = answer.pace().pauseMillis();
    if (role && pause > 0) {
      performance.pacer().after(pause, this::begin);
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
      performance.tally().chunk();
      if (gap > 0 && position < size) {
        dueNanos += gap * 1_000_000L;
        performance.pacer().at(dueNanos, gap, this::next);
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
    int inContent = index - reasoning.size();
    return inContent < 0 ? reasoning.get(index) : content.get(inContent);
  }

  private void strike(Mishap.Late struck) {
    switch (struck) {
      case Mishap.Cut(_) -> visit.cut();
      case Mishap.Stalls(_) -> {} // until the client leaves
      case Mishap.ErrorEvent(_, Refusal refusal) -> end(chunks.error(refusal));
      case Mishap.Garbled() ->
          end(Buffer.buffer("data: {\"id\":\"chatcmpl-1\",\"choices\":[{\n\n"));
      case Mishap.Empty() -> end(chunks.done());
    }
  }

  private void close() {
    Answer.Ending ending = answer.ending();
    String reason = performance.finishReason();
    var counts = new TokenCounts(ending.cached(), size, reasoning.size());
    response.write(
        ending.usage() == UsagePlace.LAST_CHUNK
            ? chunks.finish(reason, counts)
            : chunks.finish(reason));
    if (ending.usage() == UsagePlace.OWN_CHUNK && performance.request().includeUsage()) {
      response.write(chunks.usageOnly(counts));
    }
    if (ending.done()) {
      response.write(chunks.done());
    }
    visit.finish();
  }

  private void end(Buffer last) {
    response.write(last);
    visit.finish();
  }
}
