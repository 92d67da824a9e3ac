package dev.caravan.route;

import dev.caravan.upstream.QuotaPages;

/** The bean {@code quotaReading}, which {@code routes/schedule.yaml} calls by the clock. */
public final class QuotaReading {
  private final QuotaPages pages;
  private final LiveProviders providers;

  public QuotaReading(QuotaPages pages, LiveProviders providers) {
    this.pages = pages;
    this.providers = providers;
  }

  /**
   * Asks the providers that tell a quota, where it is time to; the number of keys that it knows
   * anew.
   */
  public int readDue() {
    return pages.read(providers.all().values());
  }
}
