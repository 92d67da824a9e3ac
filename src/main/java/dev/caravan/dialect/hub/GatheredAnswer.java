package dev.caravan.dialect.hub;

import dev.caravan.call.Usage;
import dev.caravan.dialect.Gathering;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a stream by what it says in the hub. What the hub has no word for is not in the answer.
 */
public final class GatheredAnswer implements Gathering, StreamSink {

  /** A tool call of which some has come. */
  private static final class Call {
    String id = "";
    String name = "";
    final StringBuilder arguments = new StringBuilder();
    @Nullable Signature signature;
  }

  private final Codec codec;
  private final StreamReader reader;
  private final long seconds;
  private final String dialect;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Integer, Call> calls = new TreeMap<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder thinking = new StringBuilder();
  private @Nullable String id;
  private Finish finish = Finish.STOP;
  private @Nullable JsonText stopSequence;

  /**
   * @param dialect that the stream is of
   * @param seconds the time, since 1970
   */
  public GatheredAnswer(String dialect, Codec codec, long seconds) {
    this.dialect = dialect;
    this.codec = codec;
    this.seconds = seconds;
    this.reader = codec.reader(this, new ToolNames());
  }

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    return reader.look(bytes, start, end, hints);
  }

  @Override
  public Usage usage() {
    return reader.usage();
  }

  @Override
  public boolean isComplete() {
    return reader.isComplete();
  }

  @Override
  public void take(StreamEvent event) {
    switch (event) {
      case StreamEvent.Started(var said, var prompt) -> id = said;
      case StreamEvent.TextDelta(var more) -> {
        closeThinking(null);
        text.append(more.string());
      }
      case StreamEvent.ThinkingDelta(var more) -> {
        closeText();
        thinking.append(more.string());
      }
      case StreamEvent.Signed(var signature) -> closeThinking(kept(signature));
      case StreamEvent.SealedThinkingPart(var data) -> {
        close();
        blocks.add(new Block.SealedThinking(kept(data)));
      }
      case StreamEvent.ToolDelta delta -> call(delta);
      case StreamEvent.ImagePart(var media) -> {
        close();
        blocks.add(new Block.Image(media, null, null));
      }
      case StreamEvent.BlockEnd end -> close();
      case StreamEvent.Finished(var why, var sequence) -> {
        finish = why;
        stopSequence = sequence == null ? null : sequence.kept();
      }
      case StreamEvent.Used used -> {}
    }
  }

  private void call(StreamEvent.ToolDelta delta) {
    Call call = calls.computeIfAbsent(delta.index(), index -> new Call());
    if (delta.id() != null) {
      call.id = delta.id();
    }
    if (delta.name() != null) {
      call.name = delta.name();
    }
    if (delta.arguments() != null) {
      call.arguments.append(delta.arguments().string());
    }
    if (delta.signature() != null) {
      call.signature = kept(delta.signature());
    }
  }

  private void close() {
    closeThinking(null);
    closeText();
  }

  private void closeText() {
    if (!text.isEmpty()) {
      blocks.add(new Block.Text(JsonText.of(text.toString())));
      text.setLength(0);
    }
  }

  private void closeThinking(@Nullable Signature signature) {
    if (!thinking.isEmpty() || signature != null) {
      blocks.add(new Block.Thinking(JsonText.of(thinking.toString()), signature));
      thinking.setLength(0);
    }
  }

  private static Signature kept(Signature signature) {
    return new Signature(signature.value().kept(), signature.family());
  }

  @Override
  public byte[] whole() {
    reader.finish();
    close();
    calls.forEach(
        (index, call) ->
            blocks.add(
                new Block.ToolCall(
                    call.id,
                    call.name,
                    Arguments.of(JsonText.of(call.arguments.toString())),
                    false,
                    call.signature,
                    null)));
    Conversation.Builder asked = new Conversation.Builder(dialect);
    return codec.renderAnswer(
        new Answer(id, blocks, finish, stopSequence, reader.usage()),
        new Asked(asked.build(), seconds));
  }
}
