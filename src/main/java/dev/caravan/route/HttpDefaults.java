package dev.caravan.route;

import java.util.Set;
import org.apache.camel.Component;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * How camel-http behaves here: it streams every answer, and leaves retries to whoever can choose
 * another key. Its own would sleep for as long as a Retry-After says.
 */
public final class HttpDefaults extends LifecycleStrategySupport {
  private static final Set<String> NAMES = Set.of("http", "https");

  @Override
  public void onComponentAdd(String name, Component component) {
    if (NAMES.contains(name)) {
      set(component);
    }
  }

  // apart, so that its classes are loaded with the first http: endpoint only
  private static void set(Component component) {
    if (component instanceof HttpComponent http) {
      http.setAutomaticRetriesDisabled(true);
      http.setResponsePayloadStreamingThreshold(-1);
    }
  }
}
