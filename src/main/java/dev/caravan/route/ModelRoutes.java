package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.http.ServedRequest;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.Provider;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.route.ModelPages.Listing;
import dev.caravan.upstream.ModelLists;
import dev.caravan.upstream.ModelLists.Card;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The models that can be asked for: {@code GET /v1/models} and {@code GET /v1/models/{id}}
 * (http-api.md 11).
 */
final class ModelRoutes extends RouteBuilder {
  private final Authentication authentication;
  private final LiveProviders providers;
  private final ModelLists lists;
  private final ModelPages pages;
  private final ModelFacts facts;

  ModelRoutes(
      Authentication authentication,
      LiveProviders providers,
      ModelLists lists,
      ModelAliases aliases,
      ModelCatalogue catalogue) {
    this.authentication = authentication;
    this.providers = providers;
    this.lists = lists;
    this.pages = new ModelPages(providers, lists, aliases, catalogue);
    this.facts = new ModelFacts(catalogue, providers);
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/models?httpMethodRestrict=GET").routeId("models")
        .routeDescription("GET /v1/models, what can be asked for")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("models.authenticate")
        .process(this::list).id("models.list");
    from("platform-http:/v1beta/models?httpMethodRestrict=GET").routeId("gemini-models")
        .routeDescription("GET /v1beta/models, the same for Google's clients")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("gemini-models.authenticate")
        .process(this::list).id("gemini-models.list");
    from("platform-http:/v1beta/models/?httpMethodRestrict=GET&matchOnUriPrefix=true").routeId("gemini-model")
        .routeDescription("GET /v1beta/models/{id}, one of them for Google's clients")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("gemini-model.authenticate")
        .process(this::one).id("gemini-model.find");
    from("platform-http:/v1/models/?httpMethodRestrict=GET&matchOnUriPrefix=true").routeId("model")
        .routeDescription("GET /v1/models/{id}, one of them; the id may hold slashes")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("model.authenticate")
        .process(this::one).id("model.find");
    // spotless:on
  }

  private void list(Exchange exchange) throws Exception {
    ServedRequest served = Surface.served(exchange);
    Listing listing = pages.listing();
    String wanted = exchange.getMessage().getHeader("provider", String.class);
    List<Card> asked = asked(listing, wanted);
    String of = wanted == null || asked.isEmpty() ? "" : " of " + wanted;
    CachedPage page;
    if (GeminiModels.isAsked(served)) {
      GeminiModels.Page part = GeminiModels.Page.of(exchange, asked);
      page = ModelPages.fresh(json -> GeminiModels.list(json, part, facts));
    } else if (AnthropicModels.isAsked(served)) {
      AnthropicModels.Page part = AnthropicModels.Page.of(exchange, asked);
      page = ModelPages.fresh(json -> AnthropicModels.list(json, part, facts));
    } else if (wanted != null && asked.isEmpty()) {
      page = ModelPages.fresh(json -> openAi(json, asked, false));
    } else {
      boolean enriched = isEnriched(exchange);
      page =
          pages.page(
              listing,
              (enriched ? "enriched" : "plain") + of,
              json -> openAi(json, asked, enriched));
    }
    exchange.getMessage().setBody(page.reply(served));
  }

  private List<Card> asked(Listing listing, @Nullable String wanted) {
    if (wanted == null) {
      return listing.cards();
    }
    Provider only = providers.find(wanted);
    return only == null ? List.of() : lists.of(List.of(only));
  }

  private static boolean isEnriched(Exchange exchange) {
    return !"false".equalsIgnoreCase(exchange.getMessage().getHeader("enriched", String.class));
  }

  private void openAi(JsonGenerator json, List<Card> cards, boolean enriched) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (Card card : cards) {
      openAi(json, card, enriched);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void openAi(JsonGenerator json, Card card, boolean enriched) throws IOException {
    if (enriched) {
      ModelCardWriter.enriched(
          json, card, facts.of(card), facts.isPriced(card), facts.context(card));
    } else {
      ModelCardWriter.plain(json, card, facts.of(card));
    }
  }

  private void one(Exchange exchange) throws Exception {
    ServedRequest served = Surface.served(exchange);
    String path = served.path();
    int from = path.indexOf("/models/") + "/models/".length();
    String id = from < path.length() ? GeminiPath.decode(path.substring(from)) : "";
    Listing listing = pages.listing();
    Card found = listing.byId().get(id);
    if (found == null) {
      throw new CallFailed(unknown(id, listing));
    }
    CachedPage page;
    if (GeminiModels.isAsked(served)) {
      page = ModelPages.fresh(json -> GeminiModels.card(json, found, facts));
    } else if (AnthropicModels.isAsked(served)) {
      page = ModelPages.fresh(json -> AnthropicModels.card(json, found, facts));
    } else {
      boolean enriched = isEnriched(exchange);
      page = ModelPages.fresh(json -> openAi(json, found, enriched));
    }
    exchange.getMessage().setBody(page.reply(served));
  }

  private static Failure unknown(String id, Listing listing) {
    List<String> near = NearModels.of(id, listing.byId().keySet());
    String hint = near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
    String shown = id.length() > 200 ? id.substring(0, 200) + "…" : id;
    return Failure.of(
            Kind.MODEL_NOT_FOUND,
            Stage.CLIENT_REQUEST,
            "client request: no model '%s'%s".formatted(shown, hint))
        .with(Map.of("param", "model"));
  }
}
