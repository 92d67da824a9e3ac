package dev.caravan.event;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a route for each event, in order, on a virtual thread of its own. A route that is slower
 * than the events loses the oldest of those that wait, and the log says how many.
 */
final class EventsConsumer extends DefaultConsumer implements EventBus.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(EventsConsumer.class);

  private final EventBus bus;
  private final Set<EventKind> kinds;
  private final BlockingQueue<GatewayEvent> waiting;
  private final AtomicLong lost = new AtomicLong();
  private @Nullable Thread thread;

  EventsConsumer(
      EventsEndpoint endpoint,
      Processor processor,
      EventBus bus,
      Set<EventKind> kinds,
      int mostWaiting) {
    super(endpoint, processor);
    this.bus = bus;
    this.kinds = kinds;
    this.waiting = new ArrayBlockingQueue<>(Math.max(1, mostWaiting));
  }

  @Override
  public Set<EventKind> kinds() {
    return kinds;
  }

  @Override
  public void take(GatewayEvent event) {
    while (!waiting.offer(event)) {
      if (waiting.poll() != null) {
        lost.incrementAndGet();
      }
    }
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    thread = Thread.ofVirtual().name("events").start(this::run);
    bus.add(this);
  }

  @Override
  protected void doStop() throws Exception {
    bus.remove(this);
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      thread = null;
    }
    super.doStop();
  }

  private void run() {
    try {
      while (true) {
        GatewayEvent event = waiting.take();
        long missed = lost.getAndSet(0);
        if (missed > 0) {
          LOG.warn(
              "event: route {} is slower than its events; {} of them were lost",
              getRouteId(),
              missed);
        }
        process(event);
      }
    } catch (InterruptedException e) {
      // the route has stopped
    }
  }

  private void process(GatewayEvent event) throws InterruptedException {
    Exchange exchange = createExchange(false);
    try {
      Map<String, Object> body = event.body();
      exchange.getMessage().setBody(body);
      exchange.setVariable("event", event.kind().word());
      for (String name : new String[] {"provider", "credential"}) {
        Object value = body.get(name);
        if (value != null) {
          exchange.setVariable(name, value);
        }
      }
      getProcessor().process(exchange);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      exchange.setException(e);
    }
    Exception failure = exchange.getException();
    if (failure != null) {
      LOG.warn(
          "event: route {} failed at {}: {}",
          getRouteId(),
          event.kind().word(),
          failure.toString());
    }
    releaseExchange(exchange, false);
  }
}
