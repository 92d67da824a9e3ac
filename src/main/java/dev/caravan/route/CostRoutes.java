package dev.caravan.route;

import dev.caravan.call.ModelName;
import dev.caravan.dialect.Dialect;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.model.Match;
import dev.caravan.provider.model.ModelCatalogue;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;

/** What so many tokens would cost: {@code POST /v1/cost-estimate} (http-api.md 15). */
final class CostRoutes extends RouteBuilder {
  private final Authentication authentication;
  private final LiveProviders providers;
  private final ModelAliases aliases;
  private final ModelCatalogue catalogue;
  private final Dialect chat;

  CostRoutes(
      Authentication authentication,
      LiveProviders providers,
      ModelAliases aliases,
      ModelCatalogue catalogue,
      Dialect chat) {
    this.chat = chat;
    this.authentication = authentication;
    this.providers = providers;
    this.aliases = aliases;
    this.catalogue = catalogue;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/cost-estimate?httpMethodRestrict=POST").routeId("cost-estimate")
        .routeDescription("POST /v1/cost-estimate, what so many tokens of a model cost")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("cost-estimate.authenticate")
        .process(this::estimate).id("cost-estimate.tell");
    // spotless:on
  }

  private void estimate(Exchange exchange) throws IOException {
    CostEstimate asked = CostEstimate.parse(Surface.served(exchange).body(), chat);
    catalogue.refresh();
    Match match = match(asked.model());
    JsonReply.set(exchange, json -> asked.write(json, match));
  }

  /** A public name costs what its first target does; a provider need not be set up. */
  private @Nullable Match match(String name) {
    String target = aliases.targets().getOrDefault(name, List.of(name)).getFirst();
    ModelName model = ModelName.parse(target).orElse(null);
    return catalogue.find(
        model == null ? target : Costs.upstreamName(providers.find(model.provider()), model));
  }
}
