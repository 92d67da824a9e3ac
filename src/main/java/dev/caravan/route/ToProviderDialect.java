package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.Translations;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code toProviderDialect}: afterwards the body is the request in the dialect of the
 * provider that the call goes to. Does nothing when the client speaks it. The answer needs no step:
 * {@code upstream:} gives it in the client's dialect.
 */
public final class ToProviderDialect implements Processor {
  private final LiveProviders providers;
  private final Translations translations;

  public ToProviderDialect(LiveProviders providers, Translations translations) {
    this.providers = providers;
    this.translations = translations;
  }

  @Override
  public void process(Exchange exchange) {
    Call call = Calls.of(exchange);
    ModelName model = call.model();
    Provider provider = model == null ? null : providers.find(model.provider());
    if (provider == null) {
      return;
    }
    Translation translation = translations.of(exchange, call, provider);
    if (translation != null) {
      exchange.getMessage().setBody(translation.body());
    }
  }
}
