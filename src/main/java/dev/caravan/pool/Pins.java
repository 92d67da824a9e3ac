package dev.caravan.pool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which credential is to be used alone, by order of a person or of the configuration (rotation.md
 * 3.10). Names are ids, fingerprints or labels. Guarded by the pool's lock.
 */
final class Pins {
  private static final int MOST_SESSIONS = 10_000;

  private final Map<String, String> bySession = new LinkedHashMap<>();
  private @Nullable String ofProvider;
  private @Nullable String configured;

  Pins(PoolOptions options) {
    this.configured = options.pinnedTo();
  }

  void follow(PoolOptions options) {
    configured = options.pinnedTo();
  }

  boolean isEmpty() {
    return ofProvider == null && configured == null && bySession.isEmpty();
  }

  void set(@Nullable String session, @Nullable String credential) {
    if (session == null) {
      ofProvider = credential;
    } else if (credential == null) {
      bySession.remove(session);
    } else {
      bySession.put(session, credential);
      if (bySession.size() > MOST_SESSIONS) {
        bySession.remove(bySession.keySet().iterator().next());
      }
    }
  }

  /** The only credential for the ask, null when it may have any. */
  @Nullable String of(Ask ask) {
    String asked = ask.wish().credential();
    if (asked != null || isEmpty()) {
      return asked;
    }
    String session = ask.session();
    String ofSession = session == null ? null : bySession.get(session);
    return ofSession != null ? ofSession : ofProvider != null ? ofProvider : configured;
  }

  @Nullable String ofProvider() {
    return ofProvider != null ? ofProvider : configured;
  }

  /** What persons have ordered; the configuration says its own again after a restart. */
  java.util.List<PoolState.PinState> state() {
    java.util.List<PoolState.PinState> pins = new java.util.ArrayList<>();
    if (ofProvider != null) {
      pins.add(new PoolState.PinState(null, ofProvider));
    }
    bySession.forEach((session, id) -> pins.add(new PoolState.PinState(session, id)));
    return pins;
  }
}
