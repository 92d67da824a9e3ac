package dev.caravan.dialect.hub;

import dev.caravan.call.Usage;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happens in a streamed answer. Texts are only good during the call that hands the
 * event over; whoever keeps one takes {@link JsonText#kept()}.
 *
 * <p>Order: {@link Started} first, if at all; {@link Finished} once, after all content; {@link
 * Used} at any time, the last one counts. The fragments of several tool calls may alternate.
 */
public sealed interface StreamEvent {

  /**
   * The provider has accepted the call; nothing is said yet.
   *
   * @param id of the answer, null when it has none
   * @param prompt what is known of the prompt's tokens, {@link Usage#NONE} when nothing is
   */
  record Started(@Nullable String id, Usage prompt) implements StreamEvent {}

  record TextDelta(JsonText text) implements StreamEvent {}

  record ThinkingDelta(JsonText text) implements StreamEvent {}

  /** Signs the thinking before it. */
  record Signed(Signature signature) implements StreamEvent {}

  record SealedThinkingPart(Signature data) implements StreamEvent {}

  /**
   * A fragment of a tool call.
   *
   * @param index which call, from 0, in the order in which they appear
   * @param id null when this fragment does not tell
   * @param name null when this fragment does not tell
   * @param arguments more of the JSON text of the arguments, null for none
   * @param signature of the thinking that led to the call, in dialects that keep it here
   */
  record ToolDelta(
      int index,
      @Nullable String id,
      @Nullable String name,
      @Nullable JsonText arguments,
      @Nullable Signature signature)
      implements StreamEvent {}

  /** Something to look at. */
  record ImagePart(Media media) implements StreamEvent {}

  /** The block before this is whole; only from dialects that say so. */
  record BlockEnd() implements StreamEvent {
    public static final BlockEnd IT = new BlockEnd();
  }

  /**
   * All content has come.
   *
   * @param stopSequence the text that ended the answer, null when not known
   */
  record Finished(Finish finish, @Nullable JsonText stopSequence) implements StreamEvent {}

  record Used(Usage usage) implements StreamEvent {}
}
