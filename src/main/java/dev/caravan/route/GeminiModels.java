package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.http.ServedRequest;
import dev.caravan.provider.model.Match;
import dev.caravan.upstream.ModelLists.Card;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;

/** The models in the form of Google's API (http-api.md 9.1). */
final class GeminiModels {
  private static final int USUAL_PAGE = 1_000;
  private static final List<String> METHODS =
      List.of("generateContent", "streamGenerateContent", "countTokens");

  private GeminiModels() {}

  /** Whether the client is one of Google's: its SDKs use the path that OpenAI's use too. */
  static boolean isAsked(ServedRequest served) {
    if (GeminiPath.isOne(served.path())) {
      return true;
    }
    String query = served.query();
    return served.header("Authorization") == null
        && (served.header("x-goog-api-key") != null
            || (query != null && (query.startsWith("key=") || query.contains("&key="))));
  }

  /**
   * A part of the list.
   *
   * @param next where the next one begins, 0 when there is none
   */
  record Page(List<Card> cards, int next) {

    static Page of(Exchange exchange, List<Card> all) {
      int size = number(exchange, "pageSize", USUAL_PAGE);
      int from = Math.min(number(exchange, "pageToken", 0), all.size());
      int to = (int) Math.min((long) from + Math.max(1, size), all.size());
      return new Page(all.subList(from, to), to < all.size() ? to : 0);
    }

    private static int number(Exchange exchange, String name, int otherwise) {
      String said = exchange.getMessage().getHeader(name, String.class);
      return said != null && said.matches("\\d{1,6}") ? Integer.parseInt(said) : otherwise;
    }
  }

  static void list(JsonGenerator json, Page page, ModelFacts facts) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("models");
    for (Card card : page.cards()) {
      card(json, card, facts);
    }
    json.writeEndArray();
    if (page.next() > 0) {
      json.writeStringField("nextPageToken", Integer.toString(page.next()));
    }
    json.writeEndObject();
  }

  static void card(JsonGenerator json, Card card, ModelFacts facts) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", "models/" + card.id());
    json.writeStringField("displayName", facts.name(card));
    json.writeStringField("description", "Served by " + card.owner());
    Match match = facts.of(card);
    if (facts.context(card) > 0) {
      json.writeNumberField("inputTokenLimit", facts.context(card));
    }
    if (match != null && match.info().maxOutput() > 0) {
      json.writeNumberField("outputTokenLimit", match.info().maxOutput());
    }
    json.writeArrayFieldStart("supportedGenerationMethods");
    for (String method : METHODS) {
      json.writeString(method);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
