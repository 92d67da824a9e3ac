package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import java.util.List;

/** Writes a whole answer as chat clients know it (http-api.md 3.3). */
final class WholeAnswerWriter {
  private WholeAnswerWriter() {}

  static byte[] write(Answer answer, Asked asked) {
    JsonWriter out = new JsonWriter(1024);
    List<Block> blocks = answer.blocks();
    boolean calls = blocks.stream().anyMatch(block -> block instanceof Block.ToolCall);
    out.beginObject();
    out.member("id", answer.id() == null ? Ids.fresh("chatcmpl-") : answer.id());
    out.member("object", "chat.completion").member("created", asked.seconds());
    out.member("model", asked.model());
    out.name("choices").beginArray().beginObject().member("index", 0);
    out.name("message");
    message(blocks, calls, out);
    out.name("logprobs").nul();
    out.member("finish_reason", Finishes.word(answer.finish(), calls));
    out.endObject().endArray();
    out.name("usage");
    UsageWriter.write(answer.usage(), out);
    out.endObject();
    return out.toBytes();
  }

  private static void message(List<Block> blocks, boolean calls, JsonWriter out) {
    out.beginObject().member("role", "assistant").name("content");
    content(blocks, calls, out);
    out.name("refusal").nul();
    reasoning(blocks, out);
    images(blocks, out);
    if (calls) {
      out.name("tool_calls").beginArray();
      for (Block block : blocks) {
        if (block instanceof Block.ToolCall call) {
          out.beginObject().member("id", call.id()).member("type", "function");
          out.name("function").beginObject().member("name", call.name()).name("arguments");
          call.arguments().writeText(out);
          out.endObject().endObject();
        }
      }
      out.endArray();
    }
    out.endObject();
  }

  private static void content(List<Block> blocks, boolean calls, JsonWriter out) {
    boolean any = false;
    for (Block block : blocks) {
      if (block instanceof Block.Text(var text, var cache)) {
        if (!any) {
          out.beginString();
          any = true;
        }
        out.part(text);
      }
    }
    if (any) {
      out.endString();
    } else if (calls) {
      out.nul();
    } else {
      out.string("");
    }
  }

  private static void reasoning(List<Block> blocks, JsonWriter out) {
    boolean text = false;
    JsonText signature = null;
    boolean details = false;
    for (Block block : blocks) {
      if (block instanceof Block.Thinking(var thought, var signed)) {
        if (!text) {
          out.name("reasoning_content").beginString();
          text = true;
        }
        out.part(thought);
        signature = signed == null ? signature : signed.writtenIn(OpenAiChat.NAME);
      }
      details |= block instanceof Block.SealedThinking;
    }
    if (text) {
      out.endString();
    }
    if (signature != null) {
      out.member("thinking_signature", signature);
    }
    if (signature != null || details) {
      ReasoningDetails.write(blocks, out);
    }
  }

  private static void images(List<Block> blocks, JsonWriter out) {
    int index = 0;
    for (Block block : blocks) {
      if (block instanceof Block.Image image) {
        if (index == 0) {
          out.name("images").beginArray();
        }
        image(image.media(), index++, out);
      }
    }
    if (index > 0) {
      out.endArray();
    }
  }

  static void image(Media media, int index, JsonWriter out) {
    out.beginObject().member("type", "image_url").member("index", index);
    out.name("image_url").beginObject().name("url");
    Media.writeUrl(media, out);
    out.endObject().endObject();
  }
}
