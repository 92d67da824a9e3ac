package dev.caravan.route;

import dev.caravan.call.TimeSource;
import dev.caravan.provider.model.ModelCatalogue;
import dev.caravan.provider.model.PublicTables;
import dev.caravan.upstream.ModelLists;
import java.time.Duration;

/**
 * The bean {@code models} of {@code routes/schedule.yaml}: looks whose list of models has grown
 * old, and whether public tables of models have. Thread-safe.
 */
public final class ModelRefresh {
  private static final Duration AFTER_START = Duration.ofSeconds(10);

  private final LiveProviders providers;
  private final ModelLists lists;
  private final ModelCatalogue catalogue;
  private final PublicTables tables;

  private final TimeSource time;
  private final long startedNanos;

  /** Begins to count the moment after the start, in which other things are to be done. */
  public ModelRefresh(
      LiveProviders providers,
      ModelLists lists,
      ModelCatalogue catalogue,
      PublicTables tables,
      TimeSource time) {
    this.tables = tables;
    this.time = time;
    this.startedNanos = time.nanos();
    this.providers = providers;
    this.lists = lists;
    this.catalogue = catalogue;
  }

  /** Asks in the background, except right after the start; returns at once. */
  public void refresh() {
    if (time.nanos() - startedNanos < AFTER_START.toNanos()) {
      return;
    }
    lists.refresh(providers.all().values());
    catalogue.refresh();
    tables.refreshInBackground();
  }
}
