package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.http.ServedRequest;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.NearNames;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.ModelCards;
import dev.caravan.upstream.ModelCards.Card;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/**
 * The models that can be asked for: {@code GET /v1/models} and {@code GET /v1/models/{id}}
 * (http-api.md 11).
 */
final class ModelRoutes extends RouteBuilder {
  private static final String ALIAS_OWNER = "caravan";

  private final Authentication authentication;
  private final LiveProviders providers;
  private final ModelCards cards;
  private final ModelAliases aliases;

  ModelRoutes(
      Authentication authentication,
      LiveProviders providers,
      ModelCards cards,
      ModelAliases aliases) {
    this.authentication = authentication;
    this.providers = providers;
    this.cards = cards;
    this.aliases = aliases;
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
    String wanted = exchange.getMessage().getHeader("provider", String.class);
    Collection<Provider> asked = providers.all().values();
    if (wanted != null) {
      Provider only = providers.find(wanted);
      asked = only == null ? List.of() : List.of(only);
    }
    List<Card> all = wanted == null ? all() : cards.of(asked);
    if (GeminiModels.isAsked(Surface.served(exchange))) {
      GeminiModels.Page page = GeminiModels.Page.of(exchange, all);
      reply(exchange, json -> GeminiModels.list(json, page));
      return;
    }
    reply(
        exchange,
        json -> {
          json.writeStartObject();
          json.writeStringField("object", "list");
          json.writeArrayFieldStart("data");
          for (Card card : all) {
            card(json, card);
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void one(Exchange exchange) throws Exception {
    ServedRequest served = Surface.served(exchange);
    String path = served.path();
    int from = path.indexOf("/models/") + "/models/".length();
    String id = from < path.length() ? GeminiPath.decode(path.substring(from)) : "";
    List<Card> all = all();
    Card found =
        all.stream()
            .filter(card -> card.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new CallFailed(unknown(id, all)));
    boolean google = GeminiModels.isAsked(served);
    reply(
        exchange,
        json -> {
          if (google) {
            GeminiModels.card(json, found);
          } else {
            card(json, found);
          }
        });
  }

  /** The models of all providers, and before them the public names that stand for some of them. */
  private List<Card> all() throws InterruptedException {
    List<Card> all = new ArrayList<>();
    aliases
        .targets()
        .forEach(
            (name, targets) -> {
              if (targets.stream().anyMatch(this::isSetUp)) {
                all.add(new Card(name, ALIAS_OWNER, 0));
              }
            });
    all.addAll(cards.of(providers.all().values()));
    return all;
  }

  private boolean isSetUp(String target) {
    return ModelName.parse(target).map(m -> providers.find(m.provider()) != null).orElse(false);
  }

  private static Failure unknown(String id, List<Card> all) {
    List<String> near = NearNames.of(id, all.stream().map(Card::id).toList());
    String hint = near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
    String shown = id.length() > 200 ? id.substring(0, 200) + "…" : id;
    return Failure.of(
            Kind.MODEL_NOT_FOUND,
            Stage.CLIENT_REQUEST,
            "client request: no model '%s'%s".formatted(shown, hint))
        .with(Map.of("param", "model"));
  }

  /** Writes a body. */
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static void reply(Exchange exchange, Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      body.write(json);
    }
    StatusRoutes.json(exchange, 200, out.toString(StandardCharsets.UTF_8));
  }

  private static void card(JsonGenerator json, Card card) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", card.id());
    json.writeStringField("object", "model");
    json.writeNumberField("created", card.created());
    json.writeStringField("owned_by", card.provider());
    json.writeEndObject();
  }
}
