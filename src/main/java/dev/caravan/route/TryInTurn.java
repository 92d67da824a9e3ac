package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.ModelName;
import dev.caravan.upstream.Calls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * The step {@code tryInTurn}: sends the call to the models that variable {@code targets} lists,
 * separated by commas, until one answers. A failure that the client has to cure ends the row, as
 * does the deadline; a target whose provider is not set up is passed over.
 */
public final class TryInTurn implements Processor {
  static final String TARGETS = "targets";

  private final LiveProviders providers;
  private final ResolveModel resolve;
  private final ProducerTemplate to;

  public TryInTurn(LiveProviders providers, ResolveModel resolve, ProducerTemplate to) {
    this.providers = providers;
    this.resolve = resolve;
    this.to = to;
  }

  @Override
  public void process(Exchange exchange) {
    Call call = Calls.of(exchange);
    List<ModelName> targets = targets(exchange.getVariable(TARGETS, "", String.class));
    if (targets.isEmpty()) {
      throw new CallFailed(
          resolve.unknown(
              call.requestedModel(),
              "no provider of '%s' is set up (%s)"
                  .formatted(
                      call.requestedModel(), exchange.getVariable(TARGETS, "", String.class))));
    }
    Object body = exchange.getMessage().getBody();
    for (ModelName target : targets) {
      call.routeTo(target);
      Calls.routed(exchange, call);
      exchange.getMessage().setBody(body);
      to.send("direct:provider-" + target.provider(), exchange);
      if (exchange.getException() != null || !call.isWorthAnother()) {
        return;
      }
    }
  }

  private List<ModelName> targets(String list) {
    List<ModelName> usable = new ArrayList<>();
    for (String name : list.split(",")) {
      Optional<ModelName> target = ModelName.parse(name.strip());
      if (target.isPresent() && providers.find(target.get().provider()) != null) {
        usable.add(target.get());
      }
    }
    return usable;
  }
}
