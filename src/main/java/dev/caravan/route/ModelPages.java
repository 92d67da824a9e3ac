package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.ModelName;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.ModelAliases;
import dev.caravan.provider.Provider;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.upstream.ModelLists;
import dev.caravan.upstream.ModelLists.Card;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The list of all models, and the pages made of it, kept until a provider's list or the tables of
 * facts change. One for each set of routes. Thread-safe.
 */
final class ModelPages {
  private static final String ALIAS_OWNER = "caravan";
  private static final int MOST = 64;

  /**
   * The list as it was at one moment.
   *
   * @param version of the lists and of the tables
   * @param byId each model by its name
   * @param pages made of it, by their form
   */
  record Listing(
      long version, List<Card> cards, Map<String, Card> byId, Map<String, CachedPage> pages) {}

  /** Writes a body. */
  interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private final LiveProviders providers;
  private final ModelLists lists;
  private final ModelAliases aliases;
  private final ModelCatalogue catalogue;
  private volatile @Nullable Listing listing;

  ModelPages(
      LiveProviders providers, ModelLists lists, ModelAliases aliases, ModelCatalogue catalogue) {
    this.providers = providers;
    this.lists = lists;
    this.aliases = aliases;
    this.catalogue = catalogue;
  }

  /** The models of all providers, and before them the public names that stand for some of them. */
  Listing listing() throws InterruptedException {
    Collection<Provider> all = providers.all().values();
    lists.prepare(all);
    catalogue.refresh();
    long version = lists.version() + catalogue.version();
    Listing known = listing;
    if (known != null && known.version() == version) {
      return known;
    }
    List<Card> cards = aliased();
    cards.addAll(lists.of(all));
    Map<String, Card> byId = new LinkedHashMap<>();
    cards.forEach(card -> byId.putIfAbsent(card.id(), card));
    Listing fresh =
        new Listing(version, List.copyOf(byId.values()), byId, new ConcurrentHashMap<>());
    listing = fresh;
    return fresh;
  }

  private List<Card> aliased() {
    List<Card> cards = new ArrayList<>();
    aliases
        .targets()
        .forEach(
            (name, targets) ->
                targets.stream()
                    .flatMap(target -> ModelName.parse(target).stream())
                    .filter(model -> providers.find(model.provider()) != null)
                    .findFirst()
                    .ifPresent(
                        model ->
                            cards.add(
                                new Card(
                                    name,
                                    ALIAS_OWNER,
                                    Costs.upstreamName(providers.find(model.provider()), model),
                                    0))));
    return cards;
  }

  /** A page of a listing, made when it is first asked for. */
  CachedPage page(Listing of, String form, Body body) throws IOException {
    CachedPage known = of.pages().get(form);
    if (known == null) {
      known = fresh(body);
      if (of.pages().size() < MOST) {
        of.pages().put(form, known);
      }
    }
    return known;
  }

  /** A page that is not kept. */
  static CachedPage fresh(Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      body.write(json);
    }
    return new CachedPage(out.toByteArray());
  }
}
