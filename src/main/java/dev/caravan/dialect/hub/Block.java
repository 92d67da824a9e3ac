package dev.caravan.dialect.hub;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a message. A new kind of it stops the build of every dialect that does not know it. */
public sealed interface Block {

  /**
   * Something said.
   *
   * @param cache the value of the mark that asks a provider to cache up to here
   */
  record Text(JsonText text, @Nullable Raw cache) implements Block {
    public Text(JsonText text) {
      this(text, null);
    }
  }

  /**
   * Something to look at.
   *
   * @param detail how closely it is to be looked at
   */
  record Image(Media media, @Nullable JsonText detail, @Nullable Raw cache) implements Block {}

  record Audio(Media media) implements Block {}

  /**
   * Something to read.
   *
   * @param name file name or title
   */
  record Document(Media media, @Nullable JsonText name, @Nullable Raw cache) implements Block {}

  /**
   * A model asks for a tool.
   *
   * @param id empty when the dialect gave none
   * @param custom whether the tool takes free text, which then is the one member {@code input}
   * @param signature of the thinking that led to it, in dialects that keep it here
   */
  record ToolCall(
      String id,
      String name,
      Arguments arguments,
      boolean custom,
      @Nullable Signature signature,
      @Nullable Raw cache)
      implements Block {
    public ToolCall(String id, String name, Arguments arguments) {
      this(id, name, arguments, false, null, null);
    }
  }

  /**
   * What a tool said.
   *
   * @param name of the tool, empty when the dialect does not tell
   * @param content texts and media
   */
  record ToolResult(
      String callId, String name, List<Block> content, boolean failed, @Nullable Raw cache)
      implements Block {
    public ToolResult {
      content = List.copyOf(content);
    }
  }

  /** What a model thought, as far as it tells. */
  record Thinking(JsonText text, @Nullable Signature signature) implements Block {}

  /** What a model thought, sealed by its provider. */
  record SealedThinking(Signature data) implements Block {}

  /**
   * A block that only its own dialect understands, byte for byte.
   *
   * @param dialect that it was written in
   * @param type as the dialect calls it
   */
  record Foreign(String dialect, String type, Raw raw) implements Block {}
}
