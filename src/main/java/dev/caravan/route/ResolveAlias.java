package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.provider.ModelAliases;
import dev.caravan.upstream.Calls;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code resolveAlias}: where the model is a name of {@code MODEL_ALIASES}, variable
 * {@code targets} gets the models that it stands for, as {@link TryInTurn} reads them.
 */
public final class ResolveAlias implements Processor {
  private final Map<String, String> targets = new LinkedHashMap<>();

  public ResolveAlias(ModelAliases aliases) {
    aliases.targets().forEach((name, models) -> targets.put(name, String.join(", ", models)));
  }

  @Override
  public void process(Exchange exchange) {
    if (targets.isEmpty()) {
      return;
    }
    Call call = Calls.of(exchange);
    String found = targets.get(call.requestedModel());
    if (found != null) {
      exchange.setVariable(TryInTurn.TARGETS, found);
    }
  }
}
