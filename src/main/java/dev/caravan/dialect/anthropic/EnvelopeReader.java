package dev.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the envelope of a messages request in one pass (http-api.md 1.4, 4.1). */
final class EnvelopeReader {
  private final JsonReader json;
  private final @Nullable Clues clues;
  private @Nullable String model;
  private @Nullable Span modelAt;
  private boolean stream;
  private boolean hasMessages;
  private boolean hasLimit;
  private @Nullable String session;

  private EnvelopeReader(JsonReader json, @Nullable Clues clues) {
    this.json = json;
    this.clues = clues;
  }

  static Envelope read(byte[] body, @Nullable Clues clues) {
    return read(body, true, clues);
  }

  /** Reads a request whose tokens are to be counted; it says nothing about the answer. */
  static Envelope readToCount(byte[] body) {
    return read(body, false, null);
  }

  private static Envelope read(byte[] body, boolean limited, @Nullable Clues clues) {
    try (JsonReader json = new JsonReader(body)) {
      EnvelopeReader reader = new EnvelopeReader(json, clues);
      Envelope envelope = reader.object();
      if (limited && !reader.hasLimit) {
        throw BadRequest.missing("max_tokens", "say how long the answer may become");
      }
      return envelope;
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private Envelope object() throws IOException {
    JsonToken first = json.next();
    if (first == null) {
      throw BadRequest.of(Kind.INVALID_JSON, "the body is empty; send a JSON object", null);
    }
    if (first != JsonToken.START_OBJECT) {
      throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      member(name);
    }
    if (json.token() != JsonToken.END_OBJECT || json.next() != null) {
      throw BadRequest.notJson(json.parser().currentLocation());
    }
    if (model == null || modelAt == null) {
      throw BadRequest.missing("model", "name one as provider/model");
    }
    if (!hasMessages) {
      throw BadRequest.missing("messages", "it must be an array with at least one message");
    }
    return new Envelope(model, stream, true, modelAt, null, session, false);
  }

  private void member(String name) throws IOException {
    if (clues != null) {
      clues.look(name, json.parser());
    }
    switch (name) {
      case "model" -> {
        if (!json.isString()) {
          throw BadRequest.type("model", "a string");
        }
        int start = json.tokenStart();
        model = json.string();
        if (model == null || model.isBlank()) {
          throw BadRequest.missing("model", "name one as provider/model");
        }
        modelAt = new Span(start, json.tokenEnd());
      }
      case "stream" -> {
        if (!json.isTrue() && !json.isFalse() && !json.isNull()) {
          throw BadRequest.type("stream", "true or false");
        }
        stream = json.isTrue();
      }
      case "messages" -> {
        if (!json.isArray()) {
          throw BadRequest.type("messages", "an array");
        }
        if (clues != null) {
          hasMessages = clues.turns(json.parser(), json.bytes());
          return;
        }
        hasMessages = json.nextElement();
        if (hasMessages) {
          do {
            json.skip();
          } while (json.nextElement());
        }
      }
      case "max_tokens" -> {
        if (!json.isNumber()) {
          throw BadRequest.type("max_tokens", "a whole number");
        }
        hasLimit = true;
      }
      case "metadata" -> metadata();
      case "system" -> {
        if (clues == null) {
          json.skip();
        } else {
          clues.system(json.parser(), json.bytes());
        }
      }
      default -> pass(name);
    }
  }

  // Claude Code names user, account and session in it
  private void metadata() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (clues != null) {
        clues.look("metadata." + name, json.parser());
      }
      if (name.equals("user_id")) {
        session = json.string();
      } else {
        pass("metadata." + name);
      }
    }
  }

  private void pass(String name) throws IOException {
    if (clues == null) {
      json.skip();
    } else {
      clues.pass(name, json.parser());
    }
  }
}
