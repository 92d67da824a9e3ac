package dev.caravan.dialect.gemini;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one object of an answer says, whole or a chunk; of several candidates the first. */
final class AnswerObject {
  final List<Block> blocks = new ArrayList<>(2);
  @Nullable String id;
  @Nullable String reason;
  Usage usage = Usage.NONE;
  boolean error;
  boolean candidate;

  /**
   * The reader stands on the beginning of the object.
   *
   * @param before the usage that counts when none is told
   */
  void read(JsonReader json, Usage before) throws IOException {
    usage = before;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "candidates" -> candidates(json);
        case "usageMetadata" -> usage = UsageReader.read(json, usage);
        case "responseId" -> id = json.string();
        case "promptFeedback" -> promptFeedback(json);
        case "error" -> {
          error = !json.isNull();
          json.skip();
        }
        default -> json.skip();
      }
    }
    if (json.token() != com.fasterxml.jackson.core.JsonToken.END_OBJECT) {
      throw new IOException("an answer that is cut");
    }
  }

  private void candidates(JsonReader json) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject() && !candidate) {
        candidate = true;
        candidate(json);
      } else {
        json.skip();
      }
    }
  }

  private void candidate(JsonReader json) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "content" -> content(json);
        case "finishReason" -> {
          String said = json.string();
          reason = said == null ? reason : said;
        }
        default -> json.skip();
      }
    }
  }

  /** A prompt that the provider does not answer is a refusal, told like any other. */
  private void promptFeedback(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("blockReason") && json.isString()) {
        reason = "PROHIBITED_CONTENT";
        candidate = true;
      }
      json.skip();
    }
  }

  private void content(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("parts") && json.isArray()) {
        while (json.nextElement()) {
          if (json.isObject()) {
            part(json);
          } else {
            json.skip();
          }
        }
      } else {
        json.skip();
      }
    }
  }

  private void part(JsonReader json) throws IOException {
    JsonText text = null;
    JsonText signed = null;
    boolean thought = false;
    Block other = null;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "text" -> text = json.text();
        case "thought" -> {
          thought = json.isTrue() || (json.isString() && "true".equals(json.string()));
          json.skip();
        }
        case "thoughtSignature" -> signed = json.text();
        case "functionCall" -> other = call(json);
        case "inlineData" -> other = inline(json);
        case "executableCode" -> other = code(json, "code");
        case "codeExecutionResult" -> other = code(json, "output");
        default -> json.skip();
      }
    }
    Signature signature =
        signed == null || signed.isEmpty() ? null : new Signature(signed, Gemini.NAME);
    if (other instanceof Block.ToolCall call) {
      blocks.add(
          new Block.ToolCall(call.id(), call.name(), call.arguments(), false, signature, null));
    } else if (other != null) {
      blocks.add(other);
    } else if (text != null && thought && (!text.isEmpty() || signature != null)) {
      blocks.add(new Block.Thinking(text, signature));
    } else if (text != null && !text.isEmpty()) {
      blocks.add(new Block.Text(text));
    }
  }

  private static Block call(JsonReader json) throws IOException {
    String id = null;
    String called = "";
    Arguments arguments = Arguments.none();
    if (!json.isObject()) {
      json.skip();
    } else {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "id" -> id = json.string();
          case "name" -> {
            String said = json.string();
            called = said == null ? "" : said;
          }
          case "args" -> arguments = Arguments.of(json.raw());
          default -> json.skip();
        }
      }
    }
    boolean none = id == null || id.isEmpty();
    return new Block.ToolCall(none || id == null ? Ids.fresh("call_") : id, called, arguments);
  }

  private static @Nullable Block inline(JsonReader json) throws IOException {
    JsonText type = null;
    JsonText data = null;
    if (!json.isObject()) {
      json.skip();
      return null;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "mimeType" -> type = json.text();
        case "data" -> data = json.text();
        default -> json.skip();
      }
    }
    if (data == null || data.isEmpty()) {
      return null;
    }
    Media media = new Media.Inline(type == null ? JsonText.of("image/png") : type, data);
    return type != null && type.startsWith("audio/")
        ? new Block.Audio(media)
        : new Block.Image(media, null, null);
  }

  /** Code that the provider ran, and what came of it, as a fenced text (providers.md 13.2). */
  private static @Nullable Block code(JsonReader json, String member) throws IOException {
    String shown = null;
    String language = "";
    if (!json.isObject()) {
      json.skip();
      return null;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals(member)) {
        shown = json.string();
      } else if (name.equals("language")) {
        String said = json.string();
        language = said == null ? "" : said.toLowerCase(java.util.Locale.ROOT);
      } else {
        json.skip();
      }
    }
    return shown == null
        ? null
        : new Block.Text(JsonText.of("\n```" + language + "\n" + shown.strip() + "\n```\n"));
  }
}
