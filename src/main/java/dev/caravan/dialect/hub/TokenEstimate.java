package dev.caravan.dialect.hub;

/**
 * How many tokens a conversation is likely to be, for those who have to know before a provider has
 * counted: four ASCII characters make one, and of other characters each byte pair. Within some 15 %
 * for prose and code of the tokenizers in use.
 */
public final class TokenEstimate {
  private static final long IMAGE = 1_500;
  private static final long MESSAGE = 4;

  private TokenEstimate() {}

  /** Tokens of a whole request; thinking of earlier turns is not counted (http-api.md 6). */
  public static long of(Conversation conversation) {
    long quarters = 0;
    long tokens = 0;
    for (Message message : conversation.messages()) {
      tokens += MESSAGE;
      for (Block block : message.blocks()) {
        quarters += quarters(block);
      }
    }
    for (Tool tool : conversation.tools()) {
      quarters +=
          switch (tool) {
            case Tool.Function(var name, var description, var schema, var strict, var cache) ->
                40
                    + name.length()
                    + (description == null ? 0 : quarters(description))
                    + (schema == null ? 0 : schema.length());
            case Tool.Custom(var name, var description, var format) ->
                40 + name.length() + (description == null ? 0 : quarters(description));
            case Tool.Hosted hosted -> hosted.raw().length();
          };
    }
    return Math.max(1, tokens + (quarters + 3) / 4);
  }

  private static long quarters(Block block) {
    return switch (block) {
      case Block.Text(var text, var cache) -> quarters(text);
      case Block.Image image -> 4 * IMAGE;
      case Block.Audio audio -> 4 * IMAGE;
      case Block.Document document -> 4 * IMAGE;
      case Block.ToolCall call -> 40 + call.name().length() + call.arguments().object().length();
      case Block.ToolResult result -> {
        long all = 40;
        for (Block inner : result.content()) {
          all += quarters(inner);
        }
        yield all;
      }
      case Block.Thinking thinking -> 0;
      case Block.SealedThinking thinking -> 0;
      case Block.Foreign foreign -> foreign.raw().length();
    };
  }

  private static long quarters(JsonText text) {
    long quarters = 0;
    for (int i = text.start(); i < text.end(); i++) {
      quarters += text.bytes()[i] < 0 ? 2 : 1;
    }
    return quarters;
  }
}
