package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.call.Usage;
import dev.caravan.pool.Settlement;
import dev.caravan.provider.Provider;
import dev.caravan.provider.model.Match;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.provider.model.Price;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What answers cost: their tokens times the price of the model. A price is looked up while the
 * provider works, once for each model, so that settling a call is some multiplications. Made for
 * one set of routes. Thread-safe.
 */
public final class Costs {
  private static final int MOST_REMEMBERED = 10_000;
  private static final long PATIENCE_MILLIS = 1_000;

  private final ModelCatalogue catalogue;
  private final LiveProviders providers;
  private final ConcurrentMap<ModelName, CompletableFuture<Price>> quotes =
      new ConcurrentHashMap<>();
  private volatile long version;

  public Costs(ModelCatalogue catalogue, LiveProviders providers) {
    this.catalogue = catalogue;
    this.providers = providers;
  }

  /**
   * A price, maybe still being looked up.
   *
   * @param trusts whether the provider's own word of what an answer costs beats the price
   */
  record Quote(CompletableFuture<Price> price, boolean trusts) {

    /** Waits for the first look into the tables of a process; later ones are there at once. */
    void await() {
      if (price.isDone()) {
        return;
      }
      try {
        price.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException unknown) {
        // without a price then
      }
    }

    /** Notes the cost of what a call has used, and tells it to the pool. */
    Settlement settle(Call call, Usage usage) {
      if (trusts && usage.tellsCost()) {
        call.costUsd(usage.toldCost());
        return Settlement.costing(usage.toldCost());
      }
      long cost = price.getNow(Price.NONE).of(usage);
      if (cost == Price.UNKNOWN || usage.isEmpty()) {
        return Settlement.PLAIN;
      }
      double dollars = Price.dollars(cost);
      call.costUsd(dollars);
      return Settlement.costing(dollars);
    }
  }

  /** The price of a model; for the virtual thread that is about to call it. */
  Quote quote(ModelName model) {
    if (version != catalogue.version()) {
      version = catalogue.version();
      quotes.clear();
    }
    CompletableFuture<Price> known = quotes.get(model);
    Provider provider = providers.find(model.provider());
    return new Quote(
        known != null ? known : ask(model), provider != null && !provider.getCost().equals("skip"));
  }

  private CompletableFuture<Price> ask(ModelName model) {
    if (quotes.size() >= MOST_REMEMBERED) {
      quotes.clear(); // names that clients invent must not fill the memory
    }
    return quotes.computeIfAbsent(
        model,
        m -> {
          if (catalogue.isLoaded()) {
            return CompletableFuture.completedFuture(price(m));
          }
          CompletableFuture<Price> later = new CompletableFuture<>();
          Thread.startVirtualThread(
              () -> {
                try {
                  later.complete(price(m));
                } catch (RuntimeException e) {
                  later.complete(Price.NONE);
                  throw e;
                }
              });
          return later;
        });
  }

  private Price price(ModelName model) {
    Provider provider = providers.find(model.provider());
    String id = upstreamName(provider, model);
    if (provider != null && !provider.isPriced() && !catalogue.isOwn(id)) {
      return Price.NONE;
    }
    Match match = catalogue.find(id);
    return match == null ? Price.NONE : match.info().price();
  }

  /** The name by which tables know a model that a definition may have given another one. */
  static String upstreamName(@Nullable Provider provider, ModelName model) {
    return model.provider()
        + "/"
        + (provider == null ? model.upstreamModel() : provider.model(model.upstreamModel()).id());
  }
}
