package dev.caravan.event;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Hands events on to those who listen. Outlives the routes. Thread-safe; {@link #tell} never blocks
 * and costs next to nothing when nobody listens.
 */
public final class EventBus {

  /** Who listens. */
  interface Listener {
    Set<EventKind> kinds();

    /** Takes an event; must not block. */
    void take(GatewayEvent event);
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<EventKind> wanted = Set.of();

  /** Whether anybody listens for it, so that there is no need to put it together. */
  public boolean wants(EventKind kind) {
    return wanted.contains(kind);
  }

  /** Something has happened. */
  public void tell(GatewayEvent event) {
    if (!wants(event.kind())) {
      return;
    }
    for (Listener listener : listeners) {
      if (listener.kinds().contains(event.kind())) {
        listener.take(event);
      }
    }
  }

  synchronized void add(Listener listener) {
    listeners.add(listener);
    count();
  }

  synchronized void remove(Listener listener) {
    listeners.remove(listener);
    count();
  }

  private void count() {
    EnumSet<EventKind> kinds = EnumSet.noneOf(EventKind.class);
    listeners.forEach(listener -> kinds.addAll(listener.kinds()));
    wanted = kinds;
  }
}
