package dev.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes whole answers (http-api.md 9.3). */
final class WholeAnswer {
  private WholeAnswer() {}

  static Answer read(byte[] body, ToolNames names, SignatureMemory memory) throws IOException {
    AnswerObject said = new AnswerObject();
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw new IOException("an answer is an object");
      }
      said.read(json, Usage.NONE);
    }
    List<Block> blocks = new ArrayList<>(said.blocks.size());
    boolean called = false;
    for (Block block : said.blocks) {
      if (block instanceof Block.ToolCall call) {
        called = true;
        Signature signature = call.signature();
        if (signature != null) {
          memory.remember(call.id(), signature.value());
          sign(blocks, signature);
        }
        blocks.add(
            new Block.ToolCall(
                call.id(), names.original(call.name()), call.arguments(), false, signature, null));
      } else {
        add(blocks, block);
      }
    }
    Finish finish = said.reason == null ? Finish.STOP : Finishes.of(said.reason);
    return new Answer(
        said.id,
        blocks,
        called && finish == Finish.STOP ? Finish.TOOL_CALLS : finish,
        null,
        said.usage);
  }

  /** The signature of a call also signs the thinking before it, for clients that return that. */
  private static void sign(List<Block> blocks, Signature signature) {
    if (!blocks.isEmpty()
        && blocks.getLast() instanceof Block.Thinking(var text, var signed)
        && signed == null) {
      blocks.set(blocks.size() - 1, new Block.Thinking(text, signature));
    }
  }

  /** Neighbours of one kind are one block. */
  private static void add(List<Block> blocks, Block block) {
    Block last = blocks.isEmpty() ? null : blocks.getLast();
    if (last instanceof Block.Text(var before, var c1)
        && block instanceof Block.Text(var text, var c2)) {
      blocks.set(blocks.size() - 1, new Block.Text(joined(before, text)));
    } else if (last instanceof Block.Thinking(var before, var none)
        && none == null
        && block instanceof Block.Thinking(var text, var signature)) {
      blocks.set(blocks.size() - 1, new Block.Thinking(joined(before, text), signature));
    } else {
      blocks.add(block);
    }
  }

  static JsonText joined(JsonText one, JsonText other) {
    JsonWriter both = new JsonWriter(one.length() + other.length() + 2);
    byte[] bytes = both.part(one).part(other).toBytes();
    return JsonText.escaped(bytes, 0, bytes.length);
  }

  static byte[] write(Answer answer, Asked asked) {
    JsonWriter out = new JsonWriter(1024);
    out.beginObject().name("candidates").beginArray().beginObject();
    List<Block> said = answer.blocks().stream().filter(WholeAnswer::isSaid).toList();
    if (!said.isEmpty()) {
      out.name("content").beginObject().member("role", "model").name("parts").beginArray();
      Signature waiting = null;
      for (Block block : answer.blocks()) {
        waiting = block(block, waiting, out);
      }
      out.endArray().endObject();
    }
    out.member("finishReason", Finishes.word(answer.finish())).member("index", 0);
    out.endObject().endArray();
    UsageWriter.write(answer.usage(), out);
    out.member("modelVersion", asked.model());
    String id = answer.id();
    out.member("responseId", id == null || id.isEmpty() ? Ids.fresh("resp_") : id);
    return out.endObject().toBytes();
  }

  private static boolean isSaid(Block block) {
    return switch (block) {
      case Block.Text(var text, var cache) -> !text.isEmpty();
      case Block.Thinking(var text, var signature) -> !text.isEmpty();
      case Block.ToolCall call -> true;
      case Block.Image image -> true;
      case Block.Audio audio -> true;
      case Block.SealedThinking sealed -> false;
      case Block.Document document -> false;
      case Block.ToolResult result -> false;
      case Block.Foreign foreign -> false;
    };
  }

  /**
   * One part; the signature of what is not shown goes with the part behind it.
   *
   * @return the signature that still waits for a part
   */
  private static @Nullable Signature block(
      Block block, @Nullable Signature waiting, JsonWriter out) {
    switch (block) {
      case Block.Text(var text, var cache) -> {
        if (text.isEmpty()) {
          return waiting;
        }
        out.beginObject().member("text", text);
        if (waiting != null) {
          out.member("thoughtSignature", Signatures.write(waiting));
        }
        out.endObject();
        return null;
      }
      case Block.Thinking(var text, var signature) -> {
        if (text.isEmpty()) {
          return signature == null ? waiting : signature;
        }
        out.beginObject().member("thought", true).member("text", text);
        if (signature != null) {
          out.member("thoughtSignature", Signatures.write(signature));
        }
        out.endObject();
        return waiting;
      }
      case Block.SealedThinking(var data) -> {
        return Signatures.sealed(data);
      }
      case Block.ToolCall call -> {
        Signature signature = call.signature() == null ? waiting : call.signature();
        Parts.call(
            call.id().isEmpty() ? Ids.fresh("call_") : call.id(),
            call.name(),
            call.arguments().object(),
            signature == null ? null : Signatures.write(signature),
            out);
        return null;
      }
      case Block.Image(Media media, var detail, var cache) -> {
        Parts.media(media, "image/png", out);
        return waiting;
      }
      case Block.Audio(var media) -> {
        Parts.media(media, "audio/wav", out);
        return waiting;
      }
      case Block.Document document -> {
        return waiting;
      }
      case Block.ToolResult result -> {
        return waiting;
      }
      case Block.Foreign foreign -> {
        return waiting;
      }
    }
  }
}
