package dev.caravan.route;

import dev.caravan.provider.Provider;
import dev.caravan.upstream.QuotaPages;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The bean {@code quotaReading}, which {@code routes/schedule.yaml} calls by the clock. */
public final class QuotaReading {
  /** Its name for routes. */
  public static final String NAME = "quotaReading";

  private final QuotaPages pages;
  private final LiveProviders providers;
  private final Consumer<Provider> changed;

  /**
   * Made for one set of routes.
   *
   * @param changed is given the providers of which it has learned another plan, or other models of
   *     a quota group
   */
  public QuotaReading(QuotaPages pages, LiveProviders providers, Consumer<Provider> changed) {
    this.pages = pages;
    this.providers = providers;
    this.changed = changed;
  }

  /**
   * Asks the providers that tell a quota, where it is time to; the number of keys that it knows
   * anew.
   */
  public int readDue() {
    return pages.read(providers.all().values(), changed);
  }

  /** The same for every key in use, for a route of one's own that wants to know it now. */
  public int readAll() {
    return pages.readNow(providers.all().values(), changed, credential -> true).taken();
  }

  /**
   * Asks one provider now.
   *
   * @param ids credentials that are meant, null for all
   */
  QuotaPages.Tally readNow(String name, @Nullable List<String> ids) {
    Provider provider = providers.all().get(name);
    return pages.readNow(
        provider == null ? List.of() : List.of(provider),
        changed,
        credential -> ids == null || ids.contains(credential.id()));
  }
}
