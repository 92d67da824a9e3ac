package dev.caravan.dialect.gemini;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.StreamEvent.Finished;
import dev.caravan.dialect.hub.StreamEvent.ImagePart;
import dev.caravan.dialect.hub.StreamEvent.Signed;
import dev.caravan.dialect.hub.StreamEvent.Started;
import dev.caravan.dialect.hub.StreamEvent.TextDelta;
import dev.caravan.dialect.hub.StreamEvent.ThinkingDelta;
import dev.caravan.dialect.hub.StreamEvent.ToolDelta;
import dev.caravan.dialect.hub.StreamEvent.Used;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamSink;
import dev.caravan.dialect.hub.ToolNames;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;

/**
 * Reads a stream of Gemini's chunks into the hub. Calls come whole. The signature of a call also
 * signs the thinking before it, so that clients which return thinking return it.
 */
final class ChunkReader implements StreamReader {
  private final StreamSink to;
  private final ToolNames names;
  private final SignatureMemory memory;
  private Usage usage = Usage.NONE;
  private Finish finish = Finish.STOP;
  private boolean started;
  private boolean begun;
  private boolean complete;
  private boolean thinking;
  private int calls;

  ChunkReader(StreamSink to, ToolNames names, SignatureMemory memory) {
    this.to = to;
    this.names = names;
    this.memory = memory;
  }

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    EventData data = EventData.of(bytes, start, end);
    AnswerObject chunk = new AnswerObject();
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      JsonToken first = json.next();
      if (first == null) {
        return Sight.LIFE;
      }
      if (first != JsonToken.START_OBJECT) {
        return begun ? Sight.CONTENT : Sight.HANDSHAKE;
      }
      chunk.read(json, usage);
    } catch (IOException e) {
      return Sight.ERROR;
    }
    return chunk.error ? Sight.ERROR : tell(chunk);
  }

  private Sight tell(AnswerObject chunk) {
    boolean says = !chunk.blocks.isEmpty();
    if (!started && (says || chunk.candidate)) {
      started = true;
      to.take(new Started(chunk.id, Usage.NONE));
    }
    chunk.blocks.forEach(this::block);
    boolean counted = !chunk.usage.equals(usage);
    usage = chunk.usage;
    boolean unusual = false;
    if (chunk.reason != null) {
      complete = true;
      finish = Finishes.of(chunk.reason);
      unusual = finish != Finish.STOP;
    }
    if (counted) {
      to.take(new Used(usage));
    }
    begun |= says || unusual;
    return begun ? Sight.CONTENT : Sight.HANDSHAKE;
  }

  private void block(Block block) {
    switch (block) {
      case Block.Text(var text, var cache) -> {
        thinking = false;
        to.take(new TextDelta(text));
      }
      case Block.Thinking(var text, var signature) -> {
        if (!text.isEmpty()) {
          thinking = true;
          to.take(new ThinkingDelta(text));
        }
        if (signature != null) {
          sign(signature);
        }
      }
      case Block.ToolCall call -> call(call);
      case Block.Image image -> to.take(new ImagePart(image.media()));
      case Block.SealedThinking sealed -> {}
      case Block.Audio audio -> {}
      case Block.Document document -> {}
      case Block.ToolResult result -> {}
      case Block.Foreign foreign -> {}
    }
  }

  private void sign(Signature signature) {
    if (thinking) {
      to.take(new Signed(signature));
      thinking = false;
    }
  }

  private void call(Block.ToolCall call) {
    Signature signature = call.signature();
    if (signature != null) {
      sign(signature);
      memory.remember(call.id(), signature.value());
    }
    thinking = false;
    JsonWriter arguments = new JsonWriter(128);
    call.arguments().writeText(arguments);
    byte[] quoted = arguments.toBytes();
    to.take(
        new ToolDelta(
            calls++,
            call.id(),
            names.original(call.name()),
            JsonText.escaped(quoted, 1, quoted.length - 1),
            signature));
  }

  @Override
  public void finish() {
    boolean called = calls > 0 && finish == Finish.STOP;
    to.take(new Finished(called ? Finish.TOOL_CALLS : finish, null));
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }
}
