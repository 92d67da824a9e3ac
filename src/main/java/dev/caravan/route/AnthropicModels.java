package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.http.ServedRequest;
import dev.caravan.upstream.ModelLists.Card;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The models in the form of Anthropic's API ({@code GET /v1/models} with {@code anthropic-version},
 * http-api.md 11), a page at a time as {@code limit}, {@code after_id} and {@code before_id} say.
 */
final class AnthropicModels {
  private static final int USUAL_PAGE = 1_000;

  private AnthropicModels() {}

  static boolean isAsked(ServedRequest served) {
    return served.header("anthropic-version") != null && !GeminiPath.isOne(served.path());
  }

  /**
   * A part of the list.
   *
   * @param more whether there are others in the direction that was asked for
   */
  record Page(List<Card> cards, boolean more) {

    static Page of(Exchange exchange, List<Card> all) {
      int size = size(exchange);
      int after = place(exchange, "after_id", all);
      int before = place(exchange, "before_id", all);
      if (before >= 0) {
        int from = Math.max(0, before - size);
        return new Page(all.subList(from, before), from > 0);
      }
      int from = after + 1;
      int to = Math.min(from + size, all.size());
      return new Page(all.subList(from, to), to < all.size());
    }

    private static int size(Exchange exchange) {
      String said = exchange.getMessage().getHeader("limit", String.class);
      if (said == null) {
        return USUAL_PAGE;
      }
      if (!said.matches("\\d{1,4}")
          || Integer.parseInt(said) < 1
          || Integer.parseInt(said) > 1000) {
        throw wrong("limit", "limit must be from 1 to 1000");
      }
      return Integer.parseInt(said);
    }

    private static int place(Exchange exchange, String parameter, List<Card> all) {
      String id = exchange.getMessage().getHeader(parameter, String.class);
      if (id == null) {
        return -1;
      }
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).id().equals(id)) {
          return i;
        }
      }
      throw wrong(parameter, parameter + " names a model that is not in the list");
    }

    private static CallFailed wrong(String parameter, String what) {
      return new CallFailed(
          Failure.of(Kind.INVALID_REQUEST, Stage.CLIENT_REQUEST, "client request: " + what)
              .with(Map.of("param", parameter)));
    }
  }

  static void list(JsonGenerator json, Page page, ModelFacts facts) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("data");
    for (Card card : page.cards()) {
      card(json, card, facts);
    }
    json.writeEndArray();
    json.writeBooleanField("has_more", page.more());
    id(json, "first_id", page.cards().isEmpty() ? null : page.cards().getFirst());
    id(json, "last_id", page.cards().isEmpty() ? null : page.cards().getLast());
    json.writeEndObject();
  }

  private static void id(JsonGenerator json, String name, @Nullable Card card) throws IOException {
    json.writeFieldName(name);
    json.writeString(card == null ? null : card.id());
  }

  static void card(JsonGenerator json, Card card, ModelFacts facts) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "model");
    json.writeStringField("id", card.id());
    json.writeStringField("display_name", facts.name(card));
    json.writeStringField(
        "created_at",
        Instant.ofEpochSecond(ModelCardWriter.created(card, facts.of(card))).toString());
    json.writeEndObject();
  }
}
