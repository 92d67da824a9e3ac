package dev.caravan.route;

import dev.caravan.http.ServedRequest;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/**
 * Whether the gateway is there, alive and ready (http-api.md 2, 17). No key is asked for, and
 * details are told on this machine alone.
 */
final class StatusRoutes extends RouteBuilder {
  private static final String UP = "{\"status\":\"UP\"}";

  private final Readiness readiness;
  private final String version;

  StatusRoutes(Readiness readiness, String version) {
    this.readiness = readiness;
    this.version = version;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/?httpMethodRestrict=GET").routeId("status")
        .routeDescription("GET /, for people and container checks")
        .process(this::status).id("status.answer");
    for (String path : new String[] {"/health/live", "/healthz"}) {
      from("platform-http:" + path + "?httpMethodRestrict=GET").routeId("alive" + path.replace('/', '-'))
          .routeDescription("GET " + path + ", whether the process answers")
          .process(exchange -> json(exchange, 200, UP));
    }
    for (String path : new String[] {"/health/ready", "/readyz", "/health"}) {
      from("platform-http:" + path + "?httpMethodRestrict=GET").routeId("ready" + path.replace('/', '-'))
          .routeDescription("GET " + path + ", whether new calls are welcome")
          .process(this::ready);
    }
    // spotless:on
  }

  private void status(Exchange exchange) {
    json(
        exchange,
        200,
        "{\"Status\":\"API Key Proxy is running\",\"version\":\"%s\",\"docs\":\"/v1/models\"}"
            .formatted(version));
  }

  private void ready(Exchange exchange) {
    ServedRequest served = ServedRequest.of(exchange);
    boolean strict = served != null && "true".equals(served.parameter("strict"));
    Readiness.Answer answer = readiness.look(strict, served != null && served.isLoopback());
    json(exchange, answer.up() ? 200 : 503, answer.json());
    if (!answer.up()) {
      exchange.getMessage().setHeader("Retry-After", "5");
    }
  }

  static void json(Exchange exchange, int status, String body) {
    Message message = exchange.getMessage();
    message.setBody(body);
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
  }
}
