package dev.caravan.dialect.anthropic;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Target;
import org.jspecify.annotations.Nullable;

/** Writes content blocks of a request. */
final class BlockWriter {
  private final Target target;
  private final JsonWriter out;

  BlockWriter(Target target, JsonWriter out) {
    this.target = target;
    this.out = out;
  }

  /** Whether a provider can get at the bytes. */
  static boolean canTake(Media media) {
    return !(media instanceof Media.Stored);
  }

  void write(Block block) {
    switch (block) {
      case Block.Text(var text, var cache) -> {
        out.beginObject().member("type", "text").member("text", text);
        end(cache);
      }
      case Block.Image(var media, var detail, var cache) -> {
        out.beginObject().member("type", "image");
        source(media);
        end(cache);
      }
      case Block.Document(var media, var name, var cache) -> {
        out.beginObject().member("type", "document");
        source(media);
        if (name != null) {
          out.member("title", name);
        }
        end(cache);
      }
      case Block.ToolCall call -> {
        out.beginObject().member("type", "tool_use").member("id", Ids.plain(call.id()));
        out.member("name", target.names().fitted(call.name(), ConversationWriter.LONGEST_NAME, ""));
        out.member("input", call.arguments().object());
        end(call.cache());
      }
      case Block.ToolResult result -> result(result);
      case Block.Thinking(var text, var signature) -> {
        out.beginObject().member("type", "thinking").member("thinking", text);
        out.member("signature", signature == null ? JsonText.EMPTY : signature.value());
        out.endObject();
      }
      case Block.SealedThinking(var data) ->
          out.beginObject()
              .member("type", "redacted_thinking")
              .member("data", data.value())
              .endObject();
      case Block.Foreign foreign -> out.raw(foreign.raw());
      case Block.Audio audio -> {}
    }
  }

  private void result(Block.ToolResult result) {
    out.beginObject().member("type", "tool_result");
    out.member("tool_use_id", Ids.plain(result.callId()));
    if (result.content().size() == 1
        && result.content().getFirst() instanceof Block.Text(var text, var cache)
        && cache == null) {
      out.member("content", text);
    } else if (!result.content().isEmpty()) {
      out.name("content").beginArray();
      for (Block block : result.content()) {
        boolean empty = block instanceof Block.Text text && text.text().isEmpty();
        if (!empty) {
          write(block);
        }
      }
      out.endArray();
    }
    if (result.failed()) {
      out.member("is_error", true);
    }
    end(result.cache());
  }

  private void source(Media media) {
    out.name("source").beginObject();
    switch (media) {
      case Media.Inline(var type, var base64) ->
          out.member("type", "base64").member("media_type", type).member("data", base64);
      case Media.Url(var url, var type) -> out.member("type", "url").member("url", url);
      case Media.Stored(var id) -> out.member("type", "file").member("file_id", id);
    }
    out.endObject();
  }

  private void end(@Nullable Raw cache) {
    if (cache != null) {
      out.member("cache_control", cache);
    }
    out.endObject();
  }
}
