package dev.caravan.event;

import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.Pools;
import dev.caravan.pool.StateChange;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells what pools do on the bus. Called under the lock of a pool, so it only puts the change into
 * an event; what routes see of it is worked out on their side. Thread-safe.
 */
public final class PoolEvents {
  private static final long EXHAUSTED_EACH_MILLIS = 60_000;
  private static final int MOST_MODELS = 1000;

  private final EventBus bus;
  private final Pools pools;
  private final Map<String, Long> exhausted = new ConcurrentHashMap<>();

  public PoolEvents(EventBus bus, Pools pools) {
    this.bus = bus;
    this.pools = pools;
  }

  /** A pool has changed. Never blocks. */
  public void changed(StateChange change) {
    if (change instanceof StateChange.Used) {
      return; // the one that comes with each call
    }
    EventKind kind = kind(change);
    if (kind != null && bus.wants(kind) && (kind != EventKind.POOL_EXHAUSTED || isNews(change))) {
      bus.tell(new GatewayEvent(kind, Instant.ofEpochMilli(change.at()), () -> details(change)));
    }
  }

  private static @Nullable EventKind kind(StateChange change) {
    return switch (change) {
      case StateChange.CooldownSet set ->
          isWhole(set.cooldown()) ? EventKind.CREDENTIAL_LOCKED : EventKind.CREDENTIAL_COOLED;
      case StateChange.CooldownCleared cleared -> EventKind.CREDENTIAL_RECOVERED;
      case StateChange.Switched s when s.needsReauth() -> EventKind.CREDENTIAL_NEEDS_REAUTH;
      case StateChange.Switched s when s.disabled() -> EventKind.CREDENTIAL_DISABLED;
      case StateChange.Switched s -> EventKind.CREDENTIAL_ENABLED;
      case StateChange.Pinned p when p.credential() == null -> EventKind.CREDENTIAL_UNPINNED;
      case StateChange.Pinned p -> EventKind.CREDENTIAL_PINNED;
      case StateChange.Throttled throttled -> EventKind.PROVIDER_THROTTLED;
      case StateChange.ThrottleCleared cleared -> EventKind.PROVIDER_RECOVERED;
      case StateChange.PoolExhausted none -> EventKind.POOL_EXHAUSTED;
      case StateChange.CapReached reached -> EventKind.CAP_REACHED;
      case StateChange.CycleReset reset -> EventKind.CYCLE_RESET;
      case StateChange.LeaseExpired expired -> EventKind.LEASE_EXPIRED;
      default -> null;
    };
  }

  private static boolean isWhole(Cooldown cooldown) {
    return cooldown.scope().equals(Cooldown.WHOLE_CREDENTIAL);
  }

  // Each call that is refused would be one.
  private boolean isNews(StateChange change) {
    if (!(change instanceof StateChange.PoolExhausted none)) {
      return true;
    }
    if (exhausted.size() > MOST_MODELS) {
      exhausted.clear();
    }
    Long last = exhausted.get(none.model());
    if (last != null && none.at() - last < EXHAUSTED_EACH_MILLIS && none.at() >= last) {
      return false;
    }
    exhausted.put(none.model(), none.at());
    return true;
  }

  private Map<String, @Nullable Object> details(StateChange change) {
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    details.put("provider", change.provider());
    if (change instanceof StateChange.OfCredential of) {
      details.put("credential", fingerprint(of.provider(), of.credential()));
    }
    switch (change) {
      case StateChange.CooldownSet set -> {
        cooldown(details, set.cooldown());
        details.put("failures_in_row", set.failuresInRow());
        details.put("next_probe_at", time(set.nextProbe()));
      }
      case StateChange.CooldownCleared cleared -> {
        cooldown(details, cleared.was());
        details.put("why", cleared.why().name().toLowerCase(java.util.Locale.ROOT));
      }
      case StateChange.Pinned pinned -> {
        String credential = pinned.credential();
        details.put(
            "credential", credential == null ? null : fingerprint(pinned.provider(), credential));
        details.put("session", pinned.session());
      }
      case StateChange.Throttled throttled -> {
        details.put("scope", throttled.scope());
        details.put("reason", throttled.kind().word());
        details.put("evidence", throttled.evidence());
        details.put("until", time(throttled.until()));
      }
      case StateChange.ThrottleCleared cleared -> details.put("scope", cleared.scope());
      case StateChange.PoolExhausted none -> {
        details.put("model", none.model());
        details.put("retry_at", time(none.retryAt()));
      }
      case StateChange.CapReached reached -> {
        details.put("scope", reached.scope());
        details.put("limit", reached.limit());
      }
      case StateChange.CycleReset reset -> {
        details.put("scope", reset.scope());
        details.put("tier", reset.tier() < 0 ? null : reset.tier());
        details.put("cycles", reset.cycles());
      }
      case StateChange.LeaseExpired expired -> details.put("model", expired.model());
      default -> {}
    }
    return details;
  }

  private static void cooldown(Map<String, @Nullable Object> details, Cooldown cooldown) {
    details.put("scope", cooldown.scope());
    details.put("reason", cooldown.reason());
    details.put("source", cooldown.source().word());
    details.put("evidence", cooldown.evidence());
    details.put("since", cooldown.since().toString());
    details.put("until", cooldown.until().toString());
  }

  private static @Nullable String time(long epochMillis) {
    return epochMillis == 0 ? null : Instant.ofEpochMilli(epochMillis).toString();
  }

  /** The id of an account may be an e-mail address, which is nobody's business. */
  private @Nullable String fingerprint(String provider, String id) {
    Pool pool = pools.find(provider);
    if (pool == null) {
      return null;
    }
    return pool.credentials().stream()
        .filter(credential -> credential.id().equals(id))
        .map(Credential::fingerprint)
        .findFirst()
        .orElse(null);
  }
}
