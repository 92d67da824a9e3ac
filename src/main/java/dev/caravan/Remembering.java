package dev.caravan;

import dev.caravan.config.Choice.StateKind;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import dev.caravan.event.EventBus;
import dev.caravan.event.EventKind;
import dev.caravan.event.GatewayEvent;
import dev.caravan.event.PoolEvents;
import dev.caravan.observe.Redaction;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolMemory;
import dev.caravan.pool.Pools;
import dev.caravan.pool.StateChange;
import dev.caravan.state.FileStore;
import dev.caravan.state.FingerprintKey;
import dev.caravan.state.PoolKeeper;
import dev.caravan.state.StateHealth;
import dev.caravan.state.StateInUse;
import dev.caravan.state.UsageImport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who hears of what the pools do: the keeper of state, unless it is switched off, and the bus of
 * events. Outlives every set of routes.
 */
final class Remembering implements PoolMemory, AutoCloseable {
  private final Fingerprints fingerprints;
  private final PoolEvents events;
  private final @Nullable PoolKeeper keeper;

  private Remembering(Fingerprints fingerprints, PoolEvents events, @Nullable PoolKeeper keeper) {
    this.fingerprints = fingerprints;
    this.events = events;
    this.keeper = keeper;
  }

  /**
   * Loads what is known, and follows these pools from now on.
   *
   * @param pools which have no pool yet
   * @throws StateInUse when another gateway has the same state folder
   */
  static Remembering open(Configuration configuration, Pools pools, EventBus bus)
      throws StateInUse {
    boolean files = configuration.get(Settings.STATE_STORE) == StateKind.FILES;
    Path folder = configuration.get(Settings.STATE_DIR);
    Fingerprints fingerprints = Fingerprints.of(key(configuration, files, folder));
    PoolKeeper keeper =
        files
            ? new PoolKeeper(
                FileStore.locked(folder),
                pools,
                new UsageImport(configuration.get(Settings.USAGE_DIR), fingerprints::fingerprint),
                Redaction.of(configuration)::mask,
                health -> tell(bus, health))
            : null;
    Remembering remembering = new Remembering(fingerprints, new PoolEvents(bus, pools), keeper);
    pools.keepIn(remembering);
    return remembering;
  }

  private static byte[] key(Configuration configuration, boolean files, Path folder) {
    String steady = "caravan " + configuration.home();
    return configuration
        .find(Settings.FINGERPRINT_KEY)
        .map(key -> key.getBytes(StandardCharsets.UTF_8))
        .orElseGet(
            () ->
                files
                    ? FingerprintKey.in(folder, steady)
                    : steady.getBytes(StandardCharsets.UTF_8));
  }

  private static void tell(EventBus bus, StateHealth health) {
    EventKind kind =
        health.problem() == null ? EventKind.STATE_CORRUPT : EventKind.STATE_UNWRITABLE;
    bus.tell(
        new GatewayEvent(
            kind,
            Instant.now(),
            () -> Map.of("message", String.valueOf(health.complaint()), "place", health.place())));
  }

  /** By which credentials are known in logs and in the files. */
  Fingerprints fingerprints() {
    return fingerprints;
  }

  /** Null when nothing is kept. */
  @Nullable StateHealth health() {
    return keeper == null ? null : keeper.health();
  }

  /** See {@link dev.caravan.route.QuotaReload}. */
  void reload(Pool pool, @Nullable List<String> credentials, boolean replace) {
    if (keeper != null) {
      keeper.reload(pool, credentials, replace);
    }
  }

  @Override
  public @Nullable Remembered load(String provider) {
    return keeper == null ? null : keeper.load(provider);
  }

  @Override
  public void changed(StateChange change) {
    if (keeper != null) {
      keeper.changed(change);
    }
    events.changed(change);
  }

  /** Writes what is left. */
  @Override
  public void close() {
    if (keeper != null) {
      keeper.close();
    }
  }
}
