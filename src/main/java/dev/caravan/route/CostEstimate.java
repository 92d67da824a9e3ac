package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.Usage;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.hub.tokens.TokenCounter;
import dev.caravan.provider.model.Match;
import dev.caravan.provider.model.Price;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /v1/cost-estimate} asks for (http-api.md 15).
 *
 * @param tokens prompt tokens are those that no cache knows: cached ones are added, not subtracted
 * @param counted whether the prompt tokens were counted here, from messages
 */
record CostEstimate(String model, Usage tokens, boolean counted) {

  /**
   * Reads a body.
   *
   * @param chat reads messages, which are counted when {@code prompt_tokens} is missing
   */
  static CostEstimate parse(byte[] body, Dialect chat) {
    String model = "";
    boolean told = false;
    boolean messages = false;
    long[] counts = new long[5];
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw wrong("the body must be a JSON object", null);
      }
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        switch (name) {
          case "model" -> {
            if (value != JsonToken.VALUE_STRING) {
              throw wrong("'model' must be a string, provider/model", "model");
            }
            model = json.getText().strip();
          }
          case "prompt_tokens" -> {
            told = value != JsonToken.VALUE_NULL;
            counts[0] = tokens(json, name);
          }
          case "completion_tokens" -> counts[1] = tokens(json, name);
          case "cache_read_tokens" -> counts[2] = tokens(json, name);
          case "cache_creation_tokens" -> counts[3] = tokens(json, name);
          case "reasoning_tokens" -> counts[4] = tokens(json, name);
          case "messages" -> {
            messages = value != JsonToken.VALUE_NULL;
            json.skipChildren();
          }
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw wrong("the body is not JSON", null);
    }
    if (model.isEmpty()) {
      throw wrong("'model' is missing; name one as provider/model", "model");
    }
    boolean counted = messages && !told;
    if (counted) {
      TokenCounter counter = TokenCounter.of(model);
      counter.conversation(chat.codec().parseRequest(body));
      counts[0] = counter.total();
    }
    return new CostEstimate(
        model, new Usage(counts[0], counts[2], counts[3], counts[1], counts[4], counted), counted);
  }

  private static long tokens(JsonParser json, String name) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return 0;
    }
    boolean whole =
        json.currentToken() == JsonToken.VALUE_NUMBER_INT
            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    long count = whole ? json.getLongValue() : -1;
    if (count < 0 || count > Price.MOST_TOKENS) {
      throw wrong(
          "'%s' must be a whole number from 0 to %d".formatted(name, Price.MOST_TOKENS), name);
    }
    return count;
  }

  private static CallFailed wrong(String what, @Nullable String parameter) {
    Failure failure =
        Failure.of(Kind.INVALID_REQUEST, Stage.CLIENT_REQUEST, "client request: " + what);
    return new CallFailed(parameter == null ? failure : failure.with(Map.of("param", parameter)));
  }

  /** The answer; {@code match} is null when no table knows the model. */
  void write(JsonGenerator json, @Nullable Match match) throws IOException {
    Price price = match == null ? Price.NONE : match.info().price();
    long cost = price.of(tokens);
    json.writeStartObject();
    json.writeStringField("model", model);
    json.writeFieldName("cost");
    if (match == null || cost == Price.UNKNOWN) {
      json.writeNull();
      json.writeStringField("currency", "USD");
      json.writeObjectFieldStart("pricing");
      json.writeEndObject();
      json.writeStringField("source", "unknown");
      json.writeStringField("error", "Pricing data not available for this model");
    } else {
      Price.Rates rates = price.ratesFor(tokens.input());
      json.writeNumber(ModelCardWriter.dollars(cost));
      json.writeStringField("currency", "USD");
      json.writeObjectFieldStart("pricing");
      ModelCardWriter.rates(json, rates);
      json.writeEndObject();
      json.writeStringField("source", match.info().source());
      json.writeStringField("matched", match.info().id());
      assumptions(json, rates);
    }
    json.writeEndObject();
  }

  private void assumptions(JsonGenerator json, Price.Rates rates) throws IOException {
    boolean read = tokens.cacheRead() > 0 && rates.cacheRead() < 0;
    boolean written = tokens.cacheWrite() > 0 && rates.cacheWrite() < 0;
    if (read || written || counted) {
      json.writeArrayFieldStart("assumptions");
      if (counted) {
        json.writeString(
            "prompt_tokens=%d, counted from messages".formatted(tokens.inputUncached()));
      }
      if (read) {
        json.writeString("cache_read_rate=input_rate");
      }
      if (written) {
        json.writeString("cache_write_rate=input_rate");
      }
      json.writeEndArray();
    }
  }
}
