package dev.caravan.dialect.openai.embeddings;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Span;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a client's request for embeddings in one pass (http-api.md 10). */
final class RequestReader {
  private static final String INPUT =
      "a string, an array of strings, an array of token numbers or an array of those";

  private final JsonReader json;
  private final List<Raw> inputs = new ArrayList<>();
  private final Map<String, Raw> others = new TreeMap<>();
  private @Nullable String model;
  private @Nullable Span modelAt;
  private boolean hasInput;
  private @Nullable Long dimensions;
  private @Nullable Raw format;
  private @Nullable Raw inputType;
  private @Nullable Raw user;

  private RequestReader(JsonReader json) {
    this.json = json;
  }

  static EmbeddingRequest read(byte[] body) {
    try (JsonReader json = new JsonReader(body)) {
      return new RequestReader(json).object();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private EmbeddingRequest object() throws IOException {
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
      throw BadRequest.notJson(json.parser().currentTokenLocation());
    }
    if (model == null || modelAt == null) {
      throw BadRequest.missing("model", "name one as provider/model");
    }
    if (!hasInput) {
      throw BadRequest.missing("input", "it must be " + INPUT);
    }
    return new EmbeddingRequest(
        model, modelAt, inputs, dimensions, format, inputType, user, others);
  }

  private void member(String name) throws IOException {
    switch (name) {
      case "model" -> model();
      case "input" -> input();
      case "dimensions" -> dimensions();
      case "encoding_format" -> format();
      case "input_type" -> inputType = text(name);
      case "user" -> user = text(name);
      default -> others.put(name, json.raw());
    }
  }

  private void model() throws IOException {
    if (!json.isString()) {
      throw BadRequest.type("model", "a string");
    }
    int start = json.tokenStart();
    String named = json.string();
    if (named == null || named.isBlank()) {
      throw BadRequest.of(
          Kind.MISSING_FIELD, "\"model\" is empty; name one as provider/model", "model");
    }
    model = named;
    modelAt = new Span(start, json.tokenEnd());
  }

  private void dimensions() throws IOException {
    if (json.isNull()) {
      return;
    }
    Raw value = json.raw();
    String digits = value.toString();
    if (!digits.matches("[1-9][0-9]{0,8}")) {
      throw BadRequest.type("dimensions", "a whole number of 1 or more");
    }
    dimensions = Long.valueOf(digits);
  }

  private void format() throws IOException {
    if (json.isNull()) {
      return;
    }
    Raw value = json.raw();
    String said = value.toString();
    if (!said.equals("\"float\"") && !said.equals("\"base64\"")) {
      throw BadRequest.type("encoding_format", "\"float\" or \"base64\"");
    }
    format = value;
  }

  private @Nullable Raw text(String name) throws IOException {
    if (json.isNull()) {
      return null;
    }
    if (!json.isString()) {
      throw BadRequest.type(name, "a string");
    }
    return json.raw();
  }

  private void input() throws IOException {
    hasInput = true;
    inputs.clear();
    if (json.isString()) {
      inputs.add(notEmpty("input"));
      return;
    }
    if (!json.isArray()) {
      throw BadRequest.type("input", INPUT);
    }
    int from = json.tokenStart();
    if (!json.nextElement()) {
      throw BadRequest.of(
          Kind.INVALID_REQUEST, "\"input\" is empty; send at least one text", "input");
    }
    if (json.isNumber()) {
      tokens("input", from);
    } else {
      elements();
    }
  }

  private void elements() throws IOException {
    do {
      String where = "input[" + inputs.size() + "]";
      if (json.isString()) {
        inputs.add(notEmpty(where));
      } else if (json.isArray()) {
        int from = json.tokenStart();
        if (!json.nextElement()) {
          throw BadRequest.of(Kind.INVALID_REQUEST, "\"" + where + "\" is empty", where);
        }
        tokens(where, from);
      } else {
        throw BadRequest.type(where, "a string or an array of token numbers");
      }
      if (inputs.getFirst().isString() != inputs.getLast().isString()) {
        throw BadRequest.type("input", INPUT + ", not a mixture");
      }
    } while (json.nextElement());
  }

  /** An array of token numbers whose first element is being read. */
  private void tokens(String where, int from) throws IOException {
    do {
      if (json.token() != JsonToken.VALUE_NUMBER_INT || json.number() < 0) {
        throw BadRequest.type(where, "an array of whole numbers, or of texts");
      }
    } while (json.nextElement());
    inputs.add(new Raw(json.bytes(), from, json.tokenEnd()));
  }

  private Raw notEmpty(String where) throws IOException {
    Raw text = json.raw();
    if (text.length() == 2) {
      throw BadRequest.of(
          Kind.INVALID_REQUEST, "\"%s\" is an empty string".formatted(where), where);
    }
    return text;
  }
}
