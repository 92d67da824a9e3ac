package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.Errand;
import dev.caravan.dialect.hub.Translation;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.Calls;
import dev.caravan.upstream.Embeddings;
import dev.caravan.upstream.Translations;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code toProviderDialect}: afterwards the body is the request in the dialect of the
 * provider that the call goes to. Does nothing when the client speaks it, or asks for embeddings,
 * whose form is settled with each call. The answer needs no step: {@code upstream:} gives it in the
 * client's dialect.
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
    Errand errand = Calls.errand(exchange);
    if (errand != null) {
      boolean can =
          switch (errand) {
            case COUNT -> provider.countsTokens();
            case COMPACT -> true;
            case FILL -> provider.isFillsIn();
          };
      if (!can || !provider.getDialect().equals(call.dialect())) {
        throw new CallFailed(cannotRun(errand, provider, call));
      }
      return;
    }
    if (Embeddings.areAskedFor(exchange)) {
      Embeddings.check(exchange, call, provider);
      return;
    }
    if (provider.getChatPath().isEmpty() && !Calls.isDryRun(exchange)) {
      throw new CallFailed(
          Failure.of(
                  Kind.MODEL_NOT_FOUND,
                  Stage.TRANSLATION,
                  "translation: provider '%s' has no chat; ask it at /v1/embeddings"
                      .formatted(provider.getName()))
              .atProvider(provider.getName())
              .with(Map.of("param", "model")));
    }
    Translation translation = translations.of(exchange, call, provider);
    if (translation != null) {
      exchange.getMessage().setBody(translation.body());
    }
  }

  private static Failure cannotRun(Errand errand, Provider provider, Call call) {
    String what =
        switch (errand) {
          case COUNT -> "count the tokens of a request";
          case COMPACT -> "compact a conversation";
          case FILL -> "fill in code";
        };
    if (errand == Errand.FILL && provider.getDialect().equals(call.dialect())) {
      return Failure.of(
              Kind.UNSUPPORTED_PARAMETER,
              Stage.TRANSLATION,
              "translation: provider %s does not fill in code; codestral and mistral do, and so may one whose file says fillsIn: true"
                  .formatted(provider.getName()))
          .with(Map.of("param", "model"));
    }
    return Failure.of(
            Kind.UNSUPPORTED_PARAMETER,
            Stage.TRANSLATION,
            "translation: provider %s speaks %s and cannot %s of the %s dialect; use a model whose provider speaks it"
                .formatted(provider.getName(), provider.getDialect(), what, call.dialect()))
        .with(Map.of("param", "model"));
  }
}
