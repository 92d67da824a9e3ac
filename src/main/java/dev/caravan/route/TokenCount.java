package dev.caravan.route;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.tokens.TokenCounter;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /v1/token-count} (http-api.md 14): a model, and messages with or without
 * tools as in a chat request, or a {@code text}. Counted here, on the virtual thread of the
 * exchange; no provider is asked.
 */
final class TokenCount implements Processor {

  /** What the body holds besides the conversation. */
  private record Asked(
      String model, @Nullable String text, @Nullable String system, boolean messages) {}

  private final Dialect chat;

  TokenCount(Dialect chat) {
    this.chat = chat;
  }

  @Override
  public void process(Exchange exchange) {
    byte[] body = Surface.served(exchange).body();
    Asked asked = read(body);
    TokenCounter counter = TokenCounter.of(asked.model());
    if (asked.text() != null) {
      counter.text(asked.text());
    }
    if (asked.system() != null) {
      counter.text(asked.system());
    }
    if (asked.messages()) {
      Conversation conversation = chat.codec().parseRequest(body);
      counter.conversation(conversation);
    }
    JsonWriter out = new JsonWriter(64);
    out.beginObject().member("token_count", counter.total()).endObject();
    boolean exact = !asked.messages() && TokenCounter.isExactFor(asked.model());
    Message message = exchange.getMessage();
    message.setHeaders(
        exchange.getContext().getCamelContextExtension().getHeadersMapFactory().newMap());
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setHeader("X-Gateway-Count", exact ? "exact" : "estimate");
    message.setBody(out.toBytes());
  }

  private static Asked read(byte[] body) {
    String model = null;
    String text = null;
    String system = null;
    boolean messages = false;
    try (JsonReader json = new JsonReader(body)) {
      JsonToken first = json.next();
      if (first == null) {
        throw BadRequest.of(Kind.INVALID_JSON, "the body is empty; send a JSON object", null);
      }
      if (first != JsonToken.START_OBJECT) {
        throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "model" -> model = string(json, name);
          case "text" -> text = string(json, name);
          case "system" -> system = string(json, name);
          case "messages" -> messages = hasElements(json, name);
          case "tools" -> hasElements(json, name);
          default -> json.skip();
        }
      }
      if (json.token() != JsonToken.END_OBJECT || json.next() != null) {
        throw BadRequest.notJson(json.parser().currentTokenLocation());
      }
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
    if (model == null || model.isBlank()) {
      throw BadRequest.missing("model", "name one as provider/model");
    }
    if (!messages && text == null) {
      throw BadRequest.missing(
          "messages", "it must be an array with at least one message; or send a \"text\"");
    }
    return new Asked(model, text, system, messages);
  }

  private static @Nullable String string(JsonReader json, String name) throws IOException {
    if (json.isNull()) {
      return null;
    }
    if (!json.isString()) {
      throw BadRequest.type(name, "a string");
    }
    return json.string();
  }

  private static boolean hasElements(JsonReader json, String name) throws IOException {
    if (json.isNull()) {
      return false;
    }
    if (!json.isArray()) {
      throw BadRequest.type(name, "an array");
    }
    boolean any = false;
    while (json.nextElement()) {
      any = true;
      json.skip();
    }
    return any;
  }
}
