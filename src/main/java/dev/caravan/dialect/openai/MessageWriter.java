package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes messages of a chat request. Results of tools become messages of their own before the rest
 * of their turn; a message that nothing is left of is left out.
 */
final class MessageWriter {
  private static final int LONGEST_ID = 40;

  private final Conversation conversation;
  private final Target target;
  private final JsonWriter out;

  MessageWriter(Conversation conversation, Target target, JsonWriter out) {
    this.conversation = conversation;
    this.target = target;
    this.out = out;
  }

  void write(Message message) {
    switch (message.role()) {
      case SYSTEM -> instructions("system", message.blocks());
      case DEVELOPER -> {
        boolean own = conversation.dialect().equals(OpenAiChat.NAME);
        instructions(own ? "developer" : "system", message.blocks());
      }
      case USER -> user(message.blocks());
      case ASSISTANT -> assistant(message.blocks());
    }
  }

  private void instructions(String role, List<Block> blocks) {
    List<JsonText> texts = texts(blocks);
    if (!texts.isEmpty()) {
      out.beginObject().member("role", role).name("content");
      joined(texts, "\n\n");
      out.endObject();
    }
  }

  private void user(List<Block> blocks) {
    List<Block> said = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      switch (block) {
        case Block.ToolResult result -> result(result);
        case Block.Text text when text.text().isEmpty() -> {}
        case Block.Foreign foreign when !foreign.dialect().equals(OpenAiChat.NAME) -> {}
        case Block.Image(Media.Stored stored, var detail, var cache) -> {}
        case Block.Document(Media.Stored stored, var name, var cache)
            when !conversation.dialect().equals(OpenAiChat.NAME) -> {}
        case Block.ToolCall call -> {}
        case Block.Thinking thinking -> {}
        case Block.SealedThinking thinking -> {}
        default -> said.add(block);
      }
    }
    if (!said.isEmpty()) {
      out.beginObject().member("role", "user").name("content");
      content(said);
      out.endObject();
    }
  }

  private void content(List<Block> blocks) {
    if (blocks.size() == 1 && blocks.getFirst() instanceof Block.Text only) {
      out.text(only.text());
      return;
    }
    out.beginArray();
    blocks.forEach(this::part);
    out.endArray();
  }

  private void part(Block block) {
    switch (block) {
      case Block.Text(var text, var cache) ->
          out.beginObject().member("type", "text").member("text", text).endObject();
      case Block.Image(var media, var detail, var cache) -> {
        out.beginObject().member("type", "image_url").name("image_url").beginObject();
        out.name("url");
        Media.writeUrl(media, out);
        if (detail != null) {
          out.member("detail", detail);
        }
        out.endObject().endObject();
      }
      case Block.Audio(var media) -> {
        if (media instanceof Media.Inline(var type, var base64)) {
          out.beginObject().member("type", "input_audio").name("input_audio").beginObject();
          out.member("data", base64).member("format", AudioTypes.formatOf(type.string()));
          out.endObject().endObject();
        }
      }
      case Block.Document document -> document(document);
      case Block.Foreign foreign -> out.raw(foreign.raw());
      case Block.ToolCall call -> {}
      case Block.ToolResult result -> {}
      case Block.Thinking thinking -> {}
      case Block.SealedThinking thinking -> {}
    }
  }

  private void document(Block.Document document) {
    out.beginObject().member("type", "file").name("file").beginObject();
    if (document.media() instanceof Media.Stored(var id)) {
      out.member("file_id", id);
    } else {
      JsonText name = document.name();
      if (name != null) {
        out.member("filename", name);
      } else {
        out.member("filename", "document.pdf");
      }
      out.name("file_data");
      Media.writeUrl(document.media(), out);
    }
    out.endObject().endObject();
  }

  private void result(Block.ToolResult result) {
    out.beginObject().member("role", "tool").member("tool_call_id", id(result.callId()));
    out.name("content");
    boolean plain = result.content().stream().allMatch(block -> block instanceof Block.Text);
    if (plain) {
      out.beginString();
      if (result.failed()) {
        out.part("Error: ");
      }
      parts(texts(result.content()), "\n");
      out.endString();
    } else {
      out.beginArray();
      if (result.failed()) {
        out.beginObject().member("type", "text").member("text", "Error: ").endObject();
      }
      result.content().forEach(this::part);
      out.endArray();
    }
    out.endObject();
  }

  private void assistant(List<Block> blocks) {
    List<JsonText> texts = texts(blocks);
    boolean calls = blocks.stream().anyMatch(block -> block instanceof Block.ToolCall);
    if (texts.isEmpty() && !calls) {
      return;
    }
    out.beginObject().member("role", "assistant").name("content");
    if (texts.isEmpty()) {
      out.nul();
    } else {
      joined(texts, " ");
    }
    if (calls) {
      out.name("tool_calls").beginArray();
      for (Block block : blocks) {
        if (block instanceof Block.ToolCall call) {
          call(call);
        }
      }
      out.endArray();
    }
    out.endObject();
  }

  private void call(Block.ToolCall call) {
    out.beginObject().member("id", id(call.id())).member("type", "function");
    out.name("function").beginObject();
    out.member("name", target.names().fitted(call.name(), ConversationWriter.LONGEST_NAME, ""));
    out.name("arguments");
    call.arguments().writeText(out);
    out.endObject().endObject();
  }

  /** OpenAI takes ids of 40 characters. The same id always becomes the same. */
  private static String id(String id) {
    return id.length() <= LONGEST_ID
        ? id
        : id.substring(0, 24) + Integer.toHexString(id.hashCode()) + id.substring(id.length() - 8);
  }

  private void joined(List<JsonText> texts, String between) {
    out.beginString();
    parts(texts, between);
    out.endString();
  }

  private void parts(List<JsonText> texts, String between) {
    for (int i = 0; i < texts.size(); i++) {
      if (i > 0) {
        out.part(between);
      }
      out.part(texts.get(i));
    }
  }

  private static List<JsonText> texts(List<Block> blocks) {
    List<JsonText> texts = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      if (block instanceof Block.Text(var text, var cache) && !text.isEmpty()) {
        texts.add(text);
      }
    }
    return texts;
  }
}
