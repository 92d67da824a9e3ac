package dev.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes whole answers (http-api.md 4.4). */
final class WholeAnswer {
  private WholeAnswer() {}

  static Answer read(byte[] body, ToolNames names) throws IOException {
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw new IOException("an answer is an object");
      }
      String id = null;
      List<Block> blocks = List.of();
      Finish finish = Finish.STOP;
      JsonText sequence = null;
      UsageReader usage = new UsageReader();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "id" -> id = json.string();
          case "content" -> blocks = named(BlockReader.content(json, null), names);
          case "stop_reason" -> {
            String reason = json.string();
            finish = reason == null ? finish : Stops.of(reason);
          }
          case "stop_sequence" -> sequence = json.text();
          case "usage" -> usage.read(json);
          default -> json.skip();
        }
      }
      return new Answer(id, blocks, finish, sequence, usage.usage());
    }
  }

  private static List<Block> named(List<Block> blocks, ToolNames names) {
    List<Block> named = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      named.add(
          block instanceof Block.ToolCall call
              ? new Block.ToolCall(call.id(), names.original(call.name()), call.arguments())
              : block);
    }
    return named;
  }

  static byte[] write(Answer answer, Asked asked) {
    JsonWriter out = new JsonWriter(1024);
    boolean called = answer.blocks().stream().anyMatch(b -> b instanceof Block.ToolCall);
    String id = answer.id();
    out.beginObject();
    out.member("id", id != null && id.startsWith("msg_") ? id : Ids.fresh("msg_"));
    out.member("type", "message").member("role", "assistant").member("model", asked.model());
    out.name("content").beginArray();
    for (Block block : answer.blocks()) {
      block(block, out);
    }
    out.endArray();
    out.member("stop_reason", Stops.word(answer.finish(), called)).name("stop_sequence");
    if (answer.stopSequence() == null) {
      out.nul();
    } else {
      out.text(answer.stopSequence());
    }
    out.name("usage");
    UsageWriter.write(answer.usage(), out);
    return out.endObject().toBytes();
  }

  private static void block(Block block, JsonWriter out) {
    switch (block) {
      case Block.Text(var text, var cache) -> {
        if (!text.isEmpty()) {
          out.beginObject().member("type", "text").member("text", text).endObject();
        }
      }
      case Block.Thinking(var text, var signature) -> {
        out.beginObject().member("type", "thinking").member("thinking", text);
        out.member(
            "signature",
            signature == null ? JsonText.EMPTY : signature.writtenIn(AnthropicMessages.NAME));
        out.endObject();
      }
      case Block.SealedThinking(var data) ->
          out.beginObject()
              .member("type", "redacted_thinking")
              .member("data", data.writtenIn(AnthropicMessages.NAME))
              .endObject();
      case Block.ToolCall call -> {
        String id = Ids.plain(call.id());
        out.beginObject().member("type", "tool_use");
        out.member("id", id.isEmpty() ? Ids.fresh("toolu_") : id).member("name", call.name());
        out.member("input", call.arguments().object()).endObject();
      }
      case Block.Image image -> {
        out.beginObject().member("type", "text").name("text");
        imageAsText(image.media(), out);
        out.endObject();
      }
      case Block.Audio audio -> {}
      case Block.Document document -> {}
      case Block.ToolResult result -> {}
      case Block.Foreign foreign -> {
        if (foreign.dialect().equals(AnthropicMessages.NAME)) {
          out.raw(foreign.raw());
        }
      }
    }
  }

  /** Answers hold no images, so one is shown as Markdown has it. */
  static void imageAsText(Media media, JsonWriter out) {
    out.beginString().part("![image](");
    switch (media) {
      case Media.Inline(var type, var base64) ->
          out.part("data:").part(type).part(";base64,").part(base64);
      case Media.Url(var url, var type) -> out.part(url);
      case Media.Stored(var id) -> out.part(id);
    }
    out.part(")").endString();
  }
}
