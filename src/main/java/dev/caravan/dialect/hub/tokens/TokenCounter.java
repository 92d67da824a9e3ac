package dev.caravan.dialect.hub.tokens;

import com.knuddels.jtokkit.api.Encoding;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Tool;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens by the tables that OpenAI publishes, for its own models as they count, for others
 * with a factor (http-api.md 14). Belongs to one request.
 */
public final class TokenCounter {
  private static final int MESSAGE = 3;
  private static final int ROLE = 1;
  private static final int START_OF_ANSWER = 3;
  private static final int CALL = 4;
  private static final int TOOL = 8;
  private static final int TOOLS = 9;
  private static final int MOST_TEXT = 2 << 20;
  private static final int MOST_OF_A_FILE = 100_000;
  private static final int BYTES_OF_SOUND_A_TOKEN = 1_000;

  private final Family family;
  private final Encoding encoding;
  private int counted;
  private long beyond;
  private long textTokens;
  private long others;

  private TokenCounter(Family family) {
    this.family = family;
    this.encoding = Vocabularies.load(family.vocabulary());
  }

  /** A counter for a model; loads the table that it needs, so not for an event loop. */
  public static TokenCounter of(String model) {
    return new TokenCounter(Family.of(model));
  }

  /** Whether texts for a model are cut as a published table says, so that their count is exact. */
  public static boolean isExactFor(String model) {
    return Family.of(model).isPublished();
  }

  /**
   * Whether {@link #of} answers without loading anything; a table that is not there is loaded for
   * the next time.
   */
  public static boolean isReadyFor(String model) {
    return Vocabularies.isReady(Family.of(model).vocabulary());
  }

  /** Adds a text. */
  public TokenCounter text(String text) {
    int room = MOST_TEXT - counted;
    if (text.length() <= room) {
      counted += text.length();
      textTokens += encoding.countTokensOrdinary(text);
    } else {
      // of two halves of a character each would count; nobody sees the difference
      textTokens += encoding.countTokensOrdinary(text.substring(0, Math.max(0, room)));
      beyond += text.length() - Math.max(0, room);
      counted = MOST_TEXT;
    }
    return this;
  }

  /** Adds a whole request; what was thought in earlier turns is not counted. */
  public TokenCounter conversation(Conversation conversation) {
    for (Message message : conversation.messages()) {
      others += MESSAGE + ROLE;
      for (Block block : message.blocks()) {
        block(block);
      }
    }
    others += conversation.messages().isEmpty() ? 0 : START_OF_ANSWER;
    others += conversation.tools().isEmpty() ? 0 : TOOLS;
    for (Tool tool : conversation.tools()) {
      others += TOOL;
      tool(tool);
    }
    return this;
  }

  /** Tokens of all that was added. */
  public long total() {
    return family.scaled(textTokens + beyond / 4) + others;
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function(var name, var description, var schema, var strict, var cache) -> {
        text(name);
        text(description);
        text(schema == null ? "" : schema.toString());
      }
      case Tool.Custom(var name, var description, var format) -> {
        text(name);
        text(description);
        text(format == null ? "" : format.toString());
      }
      case Tool.Hosted hosted -> text(hosted.raw().toString());
    }
  }

  private void text(@Nullable JsonText text) {
    if (text != null) {
      text(text.string());
    }
  }

  private void block(Block block) {
    switch (block) {
      case Block.Text(var text, var cache) -> text(text.string());
      case Block.Image(var media, var detail, var cache) ->
          others +=
              detail != null && detail.string().equals("low")
                  ? Pictures.LOW_DETAIL
                  : media instanceof Media.Inline(var type, var base64)
                      ? Pictures.tokens(base64)
                      : Pictures.UNKNOWN;
      case Block.Audio(var media) -> others += bytes(media) / BYTES_OF_SOUND_A_TOKEN;
      case Block.Document(var media, var name, var cache) ->
          others += Math.min(MOST_OF_A_FILE, bytes(media) / 4);
      case Block.ToolCall call -> {
        others += CALL;
        text(call.name());
        text(call.arguments().object().toString());
      }
      case Block.ToolResult result -> result.content().forEach(this::block);
      case Block.Thinking thinking -> {}
      case Block.SealedThinking thinking -> {}
      case Block.Foreign foreign -> text(foreign.raw().toString());
    }
  }

  private static long bytes(Media media) {
    return media instanceof Media.Inline(var type, var base64) ? base64.length() * 3L / 4 : 0;
  }
}
