package dev.caravan.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Clues;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the envelope of a responses request in one pass (http-api.md 1.4, 7.1). */
final class EnvelopeReader {
  private final JsonReader json;
  private final @Nullable Clues clues;
  private @Nullable String model;
  private @Nullable Span modelAt;
  private boolean stream;
  private boolean hasInput;
  private @Nullable String session;

  private EnvelopeReader(JsonReader json, @Nullable Clues clues) {
    this.json = json;
    this.clues = clues;
  }

  static Envelope read(byte[] body, @Nullable Clues clues) {
    try (JsonReader json = new JsonReader(body)) {
      return new EnvelopeReader(json, clues).object();
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
    if (!hasInput) {
      throw BadRequest.missing("input", "it must be a text or an array of items");
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
      case "input" -> {
        if (!json.isArray() && !json.isString()) {
          throw BadRequest.type("input", "a text or an array of items");
        }
        hasInput = true;
        if (clues != null && json.isArray()) {
          clues.turns(json.parser(), json.bytes());
        } else {
          json.skip();
        }
      }
      // a stored prompt or an earlier answer may be all that there is to go on from
      case "previous_response_id", "conversation", "prompt" -> {
        hasInput |= !json.isNull();
        json.skip();
      }
      case "prompt_cache_key" -> session = json.string();
      case "instructions" -> {
        if (clues == null) {
          json.skip();
        } else {
          clues.system(json.parser(), json.bytes());
        }
      }
      default -> {
        if (clues == null) {
          json.skip();
        } else {
          clues.pass(name, json.parser());
        }
      }
    }
  }
}
