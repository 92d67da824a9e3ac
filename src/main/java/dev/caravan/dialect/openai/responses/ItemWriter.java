package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.openai.AudioTypes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes messages as the items of a request's input. */
final class ItemWriter {
  static final int LONGEST_NAME = 64;
  private static final int LONGEST_ID = 64;

  private final Conversation conversation;
  private final Target target;
  private final JsonWriter out;
  private final Set<String> customCalls = new HashSet<>(0);

  /** Whether a message is begun, whose parts may go on. */
  private boolean open;

  ItemWriter(Conversation conversation, Target target, JsonWriter out) {
    this.conversation = conversation;
    this.target = target;
    this.out = out;
  }

  void write(Message message) {
    String role =
        switch (message.role()) {
          case SYSTEM, DEVELOPER -> "developer";
          case USER -> "user";
          case ASSISTANT -> "assistant";
        };
    boolean answer = message.role() == Role.ASSISTANT;
    for (Block block : message.blocks()) {
      block(block, role, answer);
    }
    close();
  }

  private void block(Block block, String role, boolean answer) {
    switch (block) {
      case Block.Text(var text, var cache) -> {
        if (!text.isEmpty()) {
          part(role, answer ? "output_text" : "input_text").member("text", text).endObject();
        }
      }
      case Block.Image(var media, var detail, var cache) -> {
        if (!answer && canTake(media)) {
          part(role, "input_image");
          image(media, detail);
        }
      }
      case Block.Audio(Media.Inline(var type, var base64)) -> {
        part(role, "input_audio").name("input_audio").beginObject();
        out.member("data", base64).member("format", AudioTypes.formatOf(type.string()));
        out.endObject().endObject();
      }
      case Block.Audio audio -> {}
      case Block.Document document -> {
        if (!answer && canTake(document.media())) {
          part(role, "input_file");
          document(document);
        }
      }
      case Block.ToolCall call -> call(call);
      case Block.ToolResult result -> result(result);
      case Block.Thinking(var text, var signature) -> {
        if (signature != null) {
          thought(text, signature);
        }
      }
      case Block.SealedThinking(var data) -> thought(JsonText.EMPTY, data);
      case Block.Foreign foreign -> {
        if (foreign.dialect().equals(OpenAiResponses.NAME)) {
          close();
          out.raw(foreign.raw());
        }
      }
    }
  }

  /** Begins a part, and with the first one the message. */
  private JsonWriter part(String role, String type) {
    if (!open) {
      open = true;
      out.beginObject().member("type", "message").member("role", role);
      out.name("content").beginArray();
    }
    return out.beginObject().member("type", type);
  }

  private void close() {
    if (open) {
      open = false;
      out.endArray().endObject();
    }
  }

  /** An id of a file means something at the vendor only that gave it. */
  private boolean canTake(Media media) {
    return !(media instanceof Media.Stored) || ConversationWriter.isOurs(conversation);
  }

  private void image(Media media, @Nullable JsonText detail) {
    if (media instanceof Media.Stored(var id)) {
      out.member("file_id", id);
    } else {
      out.name("image_url");
      Media.writeUrl(media, out);
    }
    if (detail != null) {
      out.member("detail", detail);
    }
    out.endObject();
  }

  private void document(Block.Document document) {
    switch (document.media()) {
      case Media.Stored(var id) -> out.member("file_id", id);
      case Media.Url(var url, var type) -> out.member("file_url", url);
      case Media.Inline inline -> {
        JsonText name = document.name();
        if (name != null) {
          out.member("filename", name);
        } else {
          out.member("filename", "document.pdf");
        }
        out.name("file_data");
        Media.writeUrl(inline, out);
      }
    }
    out.endObject();
  }

  private void thought(JsonText text, Signature signature) {
    if (!signature.family().equals(OpenAiResponses.NAME)) {
      target.losses().spare(Feature.SIGNED_THINKING);
      return;
    }
    close();
    out.beginObject().member("type", "reasoning").name("summary").beginArray();
    if (!text.isEmpty()) {
      out.beginObject().member("type", "summary_text").member("text", text).endObject();
    }
    out.endArray().member("encrypted_content", signature.value()).endObject();
  }

  private void call(Block.ToolCall call) {
    close();
    String name = target.names().fitted(call.name(), LONGEST_NAME, "");
    if (call.custom()) {
      customCalls.add(call.id());
      out.beginObject().member("type", "custom_tool_call").member("call_id", id(call.id()));
      out.member("name", name).member("input", FreeText.unwrapped(call.arguments())).endObject();
    } else {
      out.beginObject().member("type", "function_call").member("call_id", id(call.id()));
      out.member("name", name).name("arguments");
      call.arguments().writeText(out);
      out.endObject();
    }
  }

  private void result(Block.ToolResult result) {
    close();
    boolean custom = customCalls.contains(result.callId());
    out.beginObject();
    out.member("type", custom ? "custom_tool_call_output" : "function_call_output");
    out.member("call_id", id(result.callId())).name("output");
    if (result.content().stream().allMatch(block -> block instanceof Block.Text)) {
      out.beginString().part(result.failed() ? "Error: " : "");
      boolean more = false;
      for (Block block : result.content()) {
        if (block instanceof Block.Text(var text, var cache)) {
          out.part(more ? "\n" : "").part(text);
          more = true;
        }
      }
      out.endString();
    } else {
      out.beginArray();
      if (result.failed()) {
        out.beginObject().member("type", "input_text").member("text", "Error: ").endObject();
      }
      result.content().forEach(this::outputPart);
      out.endArray();
    }
    out.endObject();
  }

  private void outputPart(Block block) {
    switch (block) {
      case Block.Text(var text, var cache) ->
          out.beginObject().member("type", "input_text").member("text", text).endObject();
      case Block.Image(var media, var detail, var cache) -> {
        if (canTake(media)) {
          out.beginObject().member("type", "input_image");
          image(media, detail);
        }
      }
      case Block.Document document -> {
        if (canTake(document.media())) {
          out.beginObject().member("type", "input_file");
          document(document);
        }
      }
      default -> {}
    }
  }

  /** OpenAI takes ids of 64 characters. The same id always becomes the same. */
  private static String id(String id) {
    return id.length() <= LONGEST_ID
        ? id
        : id.substring(0, 40) + Integer.toHexString(id.hashCode()) + id.substring(id.length() - 8);
  }
}
