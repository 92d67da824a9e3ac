package dev.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Role;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a generateContent request into the hub (http-api.md 9.2). */
final class ConversationReader {
  private final JsonReader json;
  private final Conversation.Builder into = new Conversation.Builder(Gemini.NAME);
  private final ContentReader contents = new ContentReader(into);
  private @Nullable Message instructions;
  private @Nullable Raw choice;

  private ConversationReader(JsonReader json) {
    this.json = json;
  }

  static Conversation read(byte[] body) {
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
      }
      return new ConversationReader(json).object();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private Conversation object() throws IOException {
    into.showUsage = true;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      member(Spelling.camel(name), name);
    }
    // a signature may have come behind the thinking, so this is known at the end only
    if (into.messages.stream().anyMatch(ConversationReader::thinksUnsigned)) {
      into.saw(Feature.THINKING);
    }
    if (instructions != null) {
      into.messages.addFirst(instructions);
      into.saw(Feature.SYSTEM);
    }
    if (choice != null) {
      ToolReader.choice(choice, into);
    }
    if (into.messages.isEmpty()) {
      throw BadRequest.missing("contents", "it must be an array with at least one content");
    }
    return into.build();
  }

  private void member(String name, String written) throws IOException {
    switch (name) {
      case "model" -> {
        String said = json.string();
        into.model = said == null ? "" : said;
      }
      case "stream" -> into.stream = json.isTrue();
      case "contents" -> contents();
      case "systemInstruction" -> instructions = instructions();
      case "generationConfig" -> GenerationReader.read(json, into);
      case "tools" -> ToolReader.tools(json, into);
      // it may stand before the tools that it chooses from
      case "toolConfig" -> choice = json.raw();
      default -> {
        Feature feature = GeminiLedger.LEDGER.plainFeature(name);
        if (feature == null) {
          json.skip();
          into.unknown(written);
        } else {
          into.carry(feature, json.raw());
        }
      }
    }
  }

  private static boolean thinksUnsigned(Message message) {
    return message.blocks().stream()
        .anyMatch(block -> block instanceof Block.Thinking(var text, var signed) && signed == null);
  }

  private void contents() throws IOException {
    if (json.isObject()) {
      contents.content(json, 0);
    } else if (json.isString()) {
      JsonText text = json.text();
      if (text != null) {
        into.messages.add(new Message(Role.USER, List.of(new Block.Text(text))));
      }
    } else if (json.isArray()) {
      for (int i = 0; json.nextElement(); i++) {
        if (!json.isObject()) {
          throw BadRequest.type("contents[" + i + "]", "an object");
        }
        contents.content(json, i);
      }
    } else {
      throw BadRequest.type("contents", "an array");
    }
  }

  /** A content whose role says nothing, or a plain text. */
  private @Nullable Message instructions() throws IOException {
    List<Block> texts =
        json.isString()
            ? List.of(new Block.Text(textOrEmpty()))
            : json.isObject() ? contents.parts(json) : List.of();
    if (json.token() == JsonToken.START_ARRAY) {
      json.skip();
    }
    return texts.isEmpty() ? null : new Message(Role.SYSTEM, texts);
  }

  private JsonText textOrEmpty() throws IOException {
    JsonText text = json.text();
    return text == null ? JsonText.EMPTY : text;
  }
}
