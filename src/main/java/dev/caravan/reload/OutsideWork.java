package dev.caravan.reload;

import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * Which routes take work from outside of their Camel context, so that no two generations may do it
 * at once: schedules, files, brokers. HTTP requests come by the table of the server that is
 * switched as a whole; the others here are fed by routes of the same context only.
 */
final class OutsideWork {
  private static final Set<String> FED_FROM_INSIDE =
      Set.of(
          "direct",
          "hook",
          "seda",
          "disruptor",
          "disruptor-vm",
          "kamelet",
          "stub",
          "mock",
          "platform-http");

  private OutsideWork() {}

  static boolean isTakenBy(RouteDefinition route, CamelContext context) {
    if (route.getInput() == null || "false".equals(route.getAutoStartup())) {
      return false;
    }
    return !FED_FROM_INSIDE.contains(scheme(route, context));
  }

  private static String scheme(RouteDefinition route, CamelContext context) {
    String uri = route.getInput().getEndpointUri();
    if (uri.startsWith("{{")) {
      uri = resolved(uri, route, context);
    }
    int colon = uri.indexOf(':');
    return colon < 0 ? uri : uri.substring(0, colon);
  }

  private static String resolved(String uri, RouteDefinition route, CamelContext context) {
    String filled = uri;
    Map<String, Object> parameters = route.getTemplateParameters();
    if (parameters != null) {
      for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
        filled =
            filled.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
      }
    }
    return context.resolvePropertyPlaceholders(filled);
  }
}
