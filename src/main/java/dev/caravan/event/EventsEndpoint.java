package dev.caravan.event;

import java.util.Set;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** See {@link EventsComponent}. */
final class EventsEndpoint extends DefaultEndpoint {
  private final EventBus bus;
  private final Set<EventKind> kinds;
  private int waiting = 1000;

  EventsEndpoint(String uri, EventsComponent component, EventBus bus, Set<EventKind> kinds) {
    super(uri, component);
    this.bus = bus;
    this.kinds = kinds;
  }

  /** How many events may wait for the route, 1000 by default; beyond it the oldest are lost. */
  public void setWaiting(int most) {
    this.waiting = most;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    EventsConsumer consumer = new EventsConsumer(this, processor, bus, kinds, waiting);
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException(
        "events: can only be listened to; use it in from, not in to");
  }
}
