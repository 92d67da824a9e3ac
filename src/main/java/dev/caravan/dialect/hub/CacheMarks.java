package dev.caravan.dialect.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Marks for a provider's prompt cache in requests that came without: at the end of the system
 * texts, of the tools, and of the last two turns of the user (http-api.md 5.2). Four is what
 * Anthropic takes. The first two hold for the whole conversation, the last but one for what was
 * written to the cache with the turn before, the last for the turn to come.
 */
final class CacheMarks {
  private static final Raw MARK = Raw.of("{\"type\":\"ephemeral\"}");
  private static final int TURNS = 2;

  private CacheMarks() {}

  /** The conversation with marks; as it is when its client has placed some. */
  static Conversation in(Conversation conversation) {
    if (conversation.has(Feature.CACHE_MARK)) {
      return conversation;
    }
    Conversation.Builder marked = conversation.change().saw(Feature.CACHE_MARK);
    markLast(marked.messages, 0, conversation.leadingInstructions());
    markTool(marked.tools);
    int end = marked.messages.size();
    for (int turn = 0; turn < TURNS && end > 0; turn++) {
      end = endOfTurn(marked.messages, end);
      int start = startOfTurn(marked.messages, end);
      markLast(marked.messages, start, end);
      end = start;
    }
    return marked.build();
  }

  private static int endOfTurn(List<Message> messages, int from) {
    int end = from;
    while (end > 0 && messages.get(end - 1).role() != Role.USER) {
      end--;
    }
    return end;
  }

  private static int startOfTurn(List<Message> messages, int end) {
    int start = end;
    while (start > 0 && messages.get(start - 1).role() == Role.USER) {
      start--;
    }
    return start;
  }

  private static void markLast(List<Message> messages, int start, int end) {
    for (int i = end - 1; i >= start; i--) {
      Message message = messages.get(i);
      List<Block> blocks = new ArrayList<>(message.blocks());
      for (int j = blocks.size() - 1; j >= 0; j--) {
        Block marked = marked(blocks.get(j));
        if (marked != null) {
          blocks.set(j, marked);
          messages.set(i, new Message(message.role(), blocks));
          return;
        }
      }
    }
  }

  private static @Nullable Block marked(Block block) {
    return switch (block) {
      // a blank text is left out, and its mark with it
      case Block.Text(var text, var none) -> text.isBlank() ? null : new Block.Text(text, MARK);
      case Block.Image(var media, var detail, var none) -> new Block.Image(media, detail, MARK);
      case Block.Document(var media, var name, var none) -> new Block.Document(media, name, MARK);
      case Block.ToolResult(var id, var name, var content, var failed, var none) ->
          new Block.ToolResult(id, name, content, failed, MARK);
      case Block.ToolCall call -> null;
      case Block.Audio audio -> null;
      case Block.Thinking thinking -> null;
      case Block.SealedThinking sealed -> null;
      case Block.Foreign foreign -> null;
    };
  }

  private static void markTool(List<Tool> tools) {
    if (!tools.isEmpty()
        && tools.getLast()
            instanceof Tool.Function(var name, var description, var schema, var strict, var none)) {
      tools.set(tools.size() - 1, new Tool.Function(name, description, schema, strict, MARK));
    }
  }
}
