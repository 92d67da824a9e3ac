package dev.caravan.route;

import org.apache.camel.builder.RouteBuilder;

/** Counts tokens for clients that want to know before they ask. */
final class TokenRoutes extends RouteBuilder {
  private final Surface surface;
  private final TokenCount count;

  TokenRoutes(Surface surface, TokenCount count) {
    this.surface = surface;
    this.count = count;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/token-count?httpMethodRestrict=POST").routeId("token-count")
        .routeDescription("POST /v1/token-count, answered without a provider")
        .errorHandler(noErrorHandler())
        .process(surface::authenticate).id("token-count.authenticate")
        .process(count).id("token-count.count");
    // spotless:on
  }
}
