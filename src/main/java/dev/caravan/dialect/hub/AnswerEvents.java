package dev.caravan.dialect.hub;

import dev.caravan.dialect.hub.StreamEvent.BlockEnd;
import dev.caravan.dialect.hub.StreamEvent.Finished;
import dev.caravan.dialect.hub.StreamEvent.ImagePart;
import dev.caravan.dialect.hub.StreamEvent.SealedThinkingPart;
import dev.caravan.dialect.hub.StreamEvent.Signed;
import dev.caravan.dialect.hub.StreamEvent.Started;
import dev.caravan.dialect.hub.StreamEvent.TextDelta;
import dev.caravan.dialect.hub.StreamEvent.ThinkingDelta;
import dev.caravan.dialect.hub.StreamEvent.ToolDelta;
import dev.caravan.dialect.hub.StreamEvent.Used;

/** A whole answer as the events of a stream. */
public final class AnswerEvents {
  private AnswerEvents() {}

  /** The answer as a whole stream of a client's dialect. */
  public static byte[] asStream(Answer answer, StreamWriter writer) {
    JsonWriter out = new JsonWriter(2048);
    tell(answer, event -> writer.write(event, out));
    writer.end(out);
    return out.toBytes();
  }

  static void tell(Answer answer, StreamSink to) {
    to.take(new Started(answer.id(), answer.usage()));
    int calls = 0;
    for (Block block : answer.blocks()) {
      switch (block) {
        case Block.Text(var text, var cache) -> to.take(new TextDelta(text));
        case Block.Thinking(var text, var signature) -> {
          to.take(new ThinkingDelta(text));
          if (signature != null) {
            to.take(new Signed(signature));
          }
        }
        case Block.SealedThinking(var data) -> to.take(new SealedThinkingPart(data));
        case Block.ToolCall call -> {
          JsonWriter arguments = new JsonWriter(128);
          call.arguments().writeText(arguments);
          byte[] quoted = arguments.toBytes();
          to.take(
              new ToolDelta(
                  calls++,
                  call.id(),
                  call.name(),
                  JsonText.escaped(quoted, 1, quoted.length - 1),
                  call.signature()));
        }
        case Block.Image image -> to.take(new ImagePart(image.media()));
        case Block.Audio audio -> {}
        case Block.Document document -> {}
        case Block.ToolResult result -> {}
        case Block.Foreign foreign -> {}
      }
      to.take(BlockEnd.IT);
    }
    to.take(new Finished(answer.finish(), answer.stopSequence()));
    to.take(new Used(answer.usage()));
  }
}
