package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Signature;
import org.jspecify.annotations.Nullable;

/** Items of an answer, as they are when they are done. */
final class Items {
  private Items() {}

  static void message(String id, JsonText text, boolean whole, JsonWriter out) {
    out.beginObject().member("id", id).member("type", "message");
    out.member("status", whole ? "completed" : "incomplete").member("role", "assistant");
    out.name("content").beginArray();
    text(text, out);
    out.endArray().endObject();
  }

  /** A part of a message. */
  static void text(JsonText text, JsonWriter out) {
    out.beginObject().member("type", "output_text").name("annotations").beginArray().endArray();
    out.name("logprobs").beginArray().endArray().member("text", text).endObject();
  }

  /**
   * What was thought.
   *
   * @param text null when it is sealed
   */
  static void reasoning(
      String id, @Nullable JsonText text, @Nullable JsonText sealed, JsonWriter out) {
    out.beginObject().member("id", id).member("type", "reasoning").name("summary").beginArray();
    if (text != null) {
      summary(text, out);
    }
    out.endArray();
    if (sealed != null) {
      out.member("encrypted_content", sealed);
    }
    out.endObject();
  }

  static void summary(JsonText text, JsonWriter out) {
    out.beginObject().member("type", "summary_text").member("text", text).endObject();
  }

  static JsonText sealed(Signature signature) {
    return signature.writtenIn(OpenAiResponses.NAME);
  }

  /**
   * A call.
   *
   * @param said its arguments, or what a tool of free text gets
   */
  static void call(
      String id,
      String callId,
      Memo.Qualified tool,
      boolean custom,
      String status,
      JsonText said,
      JsonWriter out) {
    out.beginObject().member("id", id);
    out.member("type", custom ? "custom_tool_call" : "function_call").member("status", status);
    out.member("call_id", callId).member("name", tool.name());
    if (!tool.namespace().isEmpty()) {
      out.member("namespace", tool.namespace());
    }
    out.member(custom ? "input" : "arguments", said).endObject();
  }

  static void picture(String id, Media media, JsonWriter out) {
    out.beginObject().member("id", id).member("type", "image_generation_call");
    out.member("status", "completed").name("result");
    switch (media) {
      case Media.Inline(var type, var base64) -> out.text(base64);
      case Media.Url(var url, var type) -> out.text(url);
      case Media.Stored(var file) -> out.text(file);
    }
    out.endObject();
  }
}
