package dev.caravan.route;

import dev.caravan.provider.Provider;
import dev.caravan.provider.model.Match;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.upstream.ModelLists.Card;
import org.jspecify.annotations.Nullable;

/** What is known of the models of a set of routes. Thread-safe. */
final class ModelFacts {
  private final ModelCatalogue catalogue;
  private final LiveProviders providers;

  ModelFacts(ModelCatalogue catalogue, LiveProviders providers) {
    this.catalogue = catalogue;
    this.providers = providers;
  }

  @Nullable Match of(Card card) {
    return catalogue.find(card.factsOf());
  }

  /** Whether calls of it cost what the tables say. */
  boolean isPriced(Card card) {
    String provider = card.factsOf().substring(0, Math.max(0, card.factsOf().indexOf('/')));
    Provider known = providers.find(provider);
    return known == null || known.isPriced() || catalogue.isOwn(card.factsOf());
  }

  /**
   * Tokens of prompt and answer together at most, 0 when nobody knows. A server of one's own runs a
   * model with less than it could hold; only the operator knows that better.
   */
  long context(Card card) {
    Match match = of(card);
    long known = match == null ? 0 : match.info().context();
    boolean own = known > 0 && catalogue.isOwn(card.factsOf());
    return card.context() > 0 && !own ? card.context() : known;
  }

  /** For people. */
  String name(Card card) {
    Match match = of(card);
    return match == null || match.info().name().isEmpty() ? card.id() : match.info().name();
  }
}
