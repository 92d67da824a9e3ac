package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.OwnMembers;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.Splice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the envelope of a chat request in one pass (http-api.md 1.4, 3.1). */
final class RequestReader {
  private static final byte[] TRUE = bytes("true");
  private static final byte[] INCLUDE_USAGE = bytes("\"include_usage\":true");
  private static final byte[] INCLUDE_USAGE_AND = bytes("\"include_usage\":true,");
  private static final byte[] USAGE_VALUE = bytes("{\"include_usage\":true}");
  private static final byte[] USAGE_MEMBER = bytes("\"stream_options\":{\"include_usage\":true},");

  private final JsonParser json;
  private final byte[] body;
  private final int mark;
  private final @Nullable Clues clues;
  private @Nullable String model;
  private @Nullable Span modelAt;
  private @Nullable Splice askForUsage;
  private boolean stream;
  private boolean hasMessages;
  private boolean hasPrompt;
  private boolean fills;
  private @Nullable String conversation;
  private @Nullable String user;
  private boolean hasOwnMembers;

  private RequestReader(JsonParser json, byte[] body, @Nullable Clues clues) {
    this.json = json;
    this.body = body;
    this.mark = JsonBytes.markLength(body);
    this.clues = clues;
  }

  static Envelope read(byte[] body, @Nullable Clues clues) {
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      return new RequestReader(json, body, clues).object();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  /** The same of a request that has a prompt instead of messages. */
  static Envelope readToFill(byte[] body) {
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      RequestReader reader = new RequestReader(json, body, null);
      reader.fills = true;
      return reader.object();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private Envelope object() throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw BadRequest.of(Kind.INVALID_JSON, "the body is empty; send a JSON object", null);
    }
    if (first != JsonToken.START_OBJECT) {
      throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
    }
    askForUsage = insertion(USAGE_MEMBER);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      member(json.currentName(), json.nextToken());
    }
    if (json.nextToken() != null) {
      throw BadRequest.notJson(json.currentTokenLocation());
    }
    if (model == null || modelAt == null) {
      throw BadRequest.of(
          Kind.MISSING_FIELD, "\"model\" is missing; name one as provider/model", "model");
    }
    if (fills && !hasPrompt) {
      throw BadRequest.of(
          Kind.MISSING_FIELD,
          "\"prompt\" is missing; it must be the text before the gap",
          "prompt");
    }
    if (!fills && !hasMessages) {
      throw BadRequest.of(
          Kind.MISSING_FIELD,
          "\"messages\" is missing; it must be an array with at least one message",
          "messages");
    }
    String session = conversation != null ? conversation : user;
    return new Envelope(
        model, stream, askForUsage == null, modelAt, askForUsage, session, hasOwnMembers);
  }

  private void member(String name, JsonToken value) throws IOException {
    if (clues != null) {
      clues.look(name, json);
    }
    switch (name) {
      case "model" -> model(value);
      case "stream" -> stream = stream(value);
      case "stream_options" -> streamOptions(value);
      case "messages" -> messages(value);
      case "prompt" -> {
        hasPrompt = value == JsonToken.VALUE_STRING;
        json.skipChildren();
      }
      // each of them is what some client calls its conversation (rotation.md 7.1)
      case "prompt_cache_key",
          "session_id",
          "conversation_id",
          "conversationId",
          "thread_id",
          "threadId",
          "chat_id",
          "chatId" ->
          conversation = conversation == null ? textOrSkip(value) : conversation;
      case "user" -> user = textOrSkip(value);
      default -> {
        hasOwnMembers |= OwnMembers.contains(name);
        if (clues == null) {
          json.skipChildren();
        } else {
          clues.pass(name, json);
        }
      }
    }
  }

  /** What is no text is left to the provider to judge. */
  private @Nullable String textOrSkip(JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      String text = json.getText();
      return text.isBlank() ? null : text;
    }
    json.skipChildren();
    return null;
  }

  private void model(JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw BadRequest.of(Kind.INVALID_TYPE, "\"model\" must be a string", "model");
    }
    int start = start();
    model = json.getText();
    if (model.isBlank()) {
      throw BadRequest.of(
          Kind.MISSING_FIELD, "\"model\" is empty; name one as provider/model", "model");
    }
    modelAt = new Span(start, end());
  }

  private boolean stream(JsonToken value) {
    return switch (value) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default ->
          throw BadRequest.of(Kind.INVALID_TYPE, "\"stream\" must be true or false", "stream");
    };
  }

  private void streamOptions(JsonToken value) throws IOException {
    switch (value) {
      case START_OBJECT -> streamOptionsObject();
      case VALUE_NULL -> askForUsage = new Splice(start(), end(), USAGE_VALUE);
      default ->
          throw BadRequest.of(
              Kind.INVALID_TYPE, "\"stream_options\" must be an object", "stream_options");
    }
  }

  private void streamOptionsObject() throws IOException {
    Splice first = insertion(INCLUDE_USAGE);
    Splice more = insertion(INCLUDE_USAGE_AND);
    askForUsage = first;
    boolean said = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean usage = json.currentName().equals("include_usage");
      JsonToken inner = json.nextToken();
      int start = start();
      json.skipChildren();
      json.finishToken();
      if (usage) {
        said = true;
        askForUsage = inner == JsonToken.VALUE_TRUE ? null : new Splice(start, end(), TRUE);
      } else if (!said) {
        askForUsage = more;
      }
    }
  }

  private Splice insertion(byte[] member) {
    return new Splice(end(), end(), member);
  }

  private void messages(JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      throw BadRequest.of(Kind.INVALID_TYPE, "\"messages\" must be an array", "messages");
    }
    if (clues != null) {
      hasMessages = clues.turns(json, body);
      return;
    }
    hasMessages = json.nextToken() != JsonToken.END_ARRAY;
    if (hasMessages) {
      int depth = 1;
      JsonToken token = json.currentToken();
      while (true) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
          if (depth == 0) {
            return;
          }
        }
        token = json.nextToken();
        if (token == null) {
          throw BadRequest.notJson(json.currentLocation());
        }
      }
    }
  }

  private int start() {
    return (int) json.currentTokenLocation().getByteOffset() + mark;
  }

  private int end() {
    return (int) json.currentLocation().getByteOffset() + mark;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
