package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Signature;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The list {@code reasoning_details}, as OpenRouter and clients that follow it have it: thinking
 * with its signature, in a form that can be sent back as it is.
 */
final class ReasoningDetails {
  private ReasoningDetails() {}

  static void write(List<Block> blocks, JsonWriter out) {
    out.name("reasoning_details").beginArray();
    int index = 0;
    for (Block block : blocks) {
      if (block instanceof Block.Thinking(var text, var signature)) {
        text(index++, text, signature, out);
      } else if (block instanceof Block.SealedThinking(var data)) {
        sealed(index++, data, out);
      }
    }
    out.endArray();
  }

  static void text(int index, JsonText text, @Nullable Signature signature, JsonWriter out) {
    out.beginObject().member("type", "reasoning.text").member("index", index);
    out.member("text", text);
    if (signature != null) {
      out.member("signature", signature.writtenIn(OpenAiChat.NAME));
    }
    out.endObject();
  }

  static void sealed(int index, Signature data, JsonWriter out) {
    out.beginObject().member("type", "reasoning.encrypted").member("index", index);
    out.member("data", data.writtenIn(OpenAiChat.NAME)).endObject();
  }
}
