package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.pool.Wish;
import dev.caravan.upstream.Calls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;

/**
 * Sends the smallest call there is with one credential, though it rests, by the route of its
 * provider. What comes of it is booked like any other call.
 */
public final class Probe {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Dialects dialects;
  private final Supplier<CamelContext> live;

  /**
   * Sets it up.
   *
   * @param live the routes of the moment
   */
  public Probe(Dialects dialects, Supplier<CamelContext> live) {
    this.dialects = dialects;
    this.live = live;
  }

  /**
   * Sends it and waits for its end.
   *
   * @param credential fingerprint of the one that is used, and no other
   * @return the call, with its attempt and its failure
   */
  public Call send(ModelName model, String credential) throws IOException {
    CamelContext context = live.get();
    byte[] body =
        "{\"model\":\"%s\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model)
            .getBytes(StandardCharsets.UTF_8);
    Exchange exchange = context.getEndpoint("direct:probe").createExchange(ExchangePattern.InOut);
    Call call =
        new Call(
            "probe-" + UUID.randomUUID(),
            "admin",
            OpenAiChat.NAME,
            model.toString(),
            false,
            Deadline.in(PATIENCE, TimeSource.system()));
    call.routeTo(model);
    Calls.open(exchange, call);
    Calls.read(exchange, new ReadRequest(body, dialects.named(OpenAiChat.NAME).readRequest(body)));
    Wishes.set(exchange, Wish.of(credential, true));
    try (ProducerTemplate to = context.createProducerTemplate()) {
      to.send("direct:provider-" + model.provider(), exchange);
    }
    call.settle(call.isFailed() ? Call.End.FAILED : Call.End.ANSWERED);
    return call;
  }
}
