package dev.caravan.event;

import dev.caravan.provider.NearNames;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code events:credential.cooled} in a route's {@code from}: a message for each such event, one
 * after the other. Several names are divided by commas, and {@code *} stands for any letters:
 * {@code events:credential.*,provider.throttled}.
 *
 * <p>The body is a map: {@code event}, {@code at}, {@code provider}, {@code credential} (a
 * fingerprint) and what belongs to the event. The same stand in variables {@code event}, {@code
 * provider} and {@code credential}.
 */
public final class EventsComponent extends DefaultComponent {
  private final EventBus bus;

  public EventsComponent(EventBus bus) {
    this.bus = bus;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    EventsEndpoint endpoint = new EventsEndpoint(uri, this, bus, kinds(remaining));
    Object waiting = parameters.remove("waiting");
    if (waiting != null) {
      endpoint.setWaiting(Integer.parseInt(waiting.toString()));
    }
    return endpoint;
  }

  private static Set<EventKind> kinds(String names) {
    Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
    for (String name : names.split(",", -1)) {
      List<EventKind> meant = EventKind.matching(name);
      if (meant.isEmpty()) {
        List<String> near = NearNames.of(name.strip(), EventKind.words());
        throw new IllegalArgumentException(
            "events: there is no event '%s'; %s"
                .formatted(
                    name.strip(),
                    near.isEmpty()
                        ? "there are " + String.join(", ", EventKind.words())
                        : "did you mean " + String.join(", ", near) + "?"));
      }
      kinds.addAll(meant);
    }
    return kinds;
  }
}
