package dev.caravan.route;

import dev.caravan.upstream.Embeddings;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;

/** The embeddings surface: OpenAI clients in, the shared pipeline, OpenAI clients out. */
final class EmbeddingRoutes extends RouteBuilder {
  private final Surface surface;
  private final EmbeddingBatches batches;

  EmbeddingRoutes(Surface surface, EmbeddingBatches batches) {
    this.surface = surface;
    this.batches = batches;
  }

  @Override
  public void configure() {
    ProducerTemplate to = getContext().createProducerTemplate();
    // spotless:off
    from("platform-http:/v1/embeddings?httpMethodRestrict=POST").routeId("embeddings")
        .routeDescription("POST /v1/embeddings, from the client's bytes to the client's vectors")
        .errorHandler(noErrorHandler()) // what fails is answered by the HTTP engine, in OpenAI's shape
        .process(surface::authenticate).id("embeddings.authenticate")
        .process(this::open).id("embeddings.open-call")
        // small requests that come together are asked as one, where that is switched on
        .process(exchange -> batches.join(exchange, to)).id("embeddings.batch")
        .filter(exchange -> !EmbeddingBatches.hasAnswered(exchange)).id("embeddings.alone")
          .to("direct:dispatch").id("embeddings.dispatch")
        .end()
        .process(surface::answer).id("embeddings.answer");
    // spotless:on
  }

  private void open(Exchange exchange) {
    surface.openCall(exchange);
    Embeddings.mark(exchange);
  }
}
