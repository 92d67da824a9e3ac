package dev.caravan.dialect.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.caravan.dialect.hub.Block.SealedThinking;
import dev.caravan.dialect.hub.Block.Thinking;
import dev.caravan.dialect.hub.Block.ToolCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the signed thinking that led to tool calls, for clients whose dialect has no place for
 * it: their next request holds the call without it, and the provider refuses a turn whose thinking
 * is missing. Found again by the id of the call, and only for the client that got the answer.
 *
 * <p>Bounded by the bytes it holds and by time. Thread-safe.
 */
public final class Thoughts {
  private static final long MOST_BYTES = 32L << 20;
  private static final Duration LONGEST_TURN = Duration.ofHours(3);

  /** Whose call it is. */
  private record Key(String client, String callId) {}

  /**
   * What belongs to a call.
   *
   * @param before thinking of the same message
   * @param signature on the call itself
   */
  private record Thought(List<Block> before, @Nullable Signature signature) {
    int bytes() {
      int bytes = 64 + (signature == null ? 0 : signature.value().length());
      for (Block block : before) {
        bytes += 32;
        if (block instanceof Thinking(var text, var signed)) {
          bytes += text.length() + (signed == null ? 0 : signed.value().length());
        } else if (block instanceof SealedThinking(var data)) {
          bytes += data.value().length();
        }
      }
      return bytes;
    }
  }

  private final Cache<Key, Thought> kept =
      Caffeine.newBuilder()
          .maximumWeight(MOST_BYTES)
          .weigher((Key key, Thought thought) -> thought.bytes())
          .expireAfterWrite(LONGEST_TURN)
          .executor(Runnable::run)
          .build();

  /** The conversation with the thinking that its client could not give back. */
  Conversation recall(String client, Conversation conversation) {
    if (!conversation.has(Feature.TOOL_CALL) || kept.estimatedSize() == 0) {
      return conversation;
    }
    Conversation.Builder changed = null;
    List<Message> messages = conversation.messages();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      Message whole = message.role() == Role.ASSISTANT ? recalled(client, message) : null;
      if (whole != null) {
        changed = changed == null ? conversation.change() : changed;
        changed.messages.set(i, whole);
      }
    }
    return changed == null ? conversation : changed.build();
  }

  /** The message with what was thought, null when there is nothing to add. */
  private @Nullable Message recalled(String client, Message message) {
    boolean thinks = message.blocks().stream().anyMatch(Thoughts::tells);
    List<Block> blocks = new ArrayList<>(message.blocks().size() + 2);
    boolean found = false;
    for (Block block : message.blocks()) {
      Thought thought =
          block instanceof ToolCall call
              ? kept.getIfPresent(new Key(client, Ids.plain(call.id())))
              : null;
      if (thought == null || !(block instanceof ToolCall call)) {
        blocks.add(block);
        continue;
      }
      if (!thinks && !thought.before().isEmpty()) {
        blocks.removeIf(b -> b instanceof Thinking);
        blocks.addAll(0, thought.before());
        thinks = true;
        found = true;
      }
      found |= call.signature() == null && thought.signature() != null;
      blocks.add(
          call.signature() != null
              ? call
              : new ToolCall(
                  call.id(),
                  call.name(),
                  call.arguments(),
                  call.custom(),
                  thought.signature(),
                  call.cache()));
    }
    return found ? new Message(message.role(), blocks) : null;
  }

  /** A signature without what it signs tells nothing. */
  private static boolean tells(Block block) {
    return block instanceof SealedThinking
        || (block instanceof Thinking(var text, var signature) && !text.isEmpty());
  }

  /** Remembers what a whole answer thought. */
  void remember(String client, Answer answer) {
    Keeper keeper = new Keeper(client, event -> {});
    AnswerEvents.tell(answer, keeper);
  }

  /** A sink that remembers what a stream thinks, and hands everything on. */
  StreamSink keeper(String client, StreamSink to) {
    return new Keeper(client, to);
  }

  private final class Keeper implements StreamSink {
    private final String client;
    private final StreamSink to;
    private final StringBuilder thought = new StringBuilder(0);
    private final List<Block> before = new ArrayList<>(0);

    Keeper(String client, StreamSink to) {
      this.client = client;
      this.to = to;
    }

    @Override
    public void take(StreamEvent event) {
      switch (event) {
        case StreamEvent.ThinkingDelta(var text) -> thought.append(text.string());
        case StreamEvent.Signed(var signature) -> {
          before.add(new Thinking(JsonText.of(thought.toString()), kept(signature)));
          thought.setLength(0);
        }
        case StreamEvent.SealedThinkingPart(var data) -> before.add(new SealedThinking(kept(data)));
        case StreamEvent.ToolDelta delta -> keep(delta);
        default -> {}
      }
      to.take(event);
    }

    private void keep(StreamEvent.ToolDelta delta) {
      Signature signature = delta.signature();
      if (delta.id() != null && (!before.isEmpty() || signature != null)) {
        Thought whole =
            new Thought(List.copyOf(before), signature == null ? null : kept(signature));
        kept.put(new Key(client, Ids.plain(delta.id())), whole);
      }
    }

    private static Signature kept(Signature signature) {
      return new Signature(signature.value().kept(), signature.family());
    }
  }
}
