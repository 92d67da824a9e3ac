package dev.caravan.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.Eventually;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a route sees of events, and what the gateway sees of such a route: nothing. */
class EventsComponentTest {
  private final EventBus bus = new EventBus();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<Object> seen = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    context.addComponent("events", new EventsComponent(bus));
    context.start();
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
  }

  private void tell(EventKind kind, String credential) {
    bus.tell(
        new GatewayEvent(
            kind,
            Instant.EPOCH,
            () -> {
              Map<String, Object> details = new java.util.HashMap<>();
              details.put("provider", "groq");
              details.put("credential", credential);
              details.put("until", null);
              return details;
            }));
  }

  private void route(RouteBuilder route) throws Exception {
    context.addRoutes(route);
  }

  private RouteBuilder collecting(String uri) {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from(uri)
            .routeId("listening")
            .process(exchange -> seen.add(exchange.getMessage().getBody()));
      }
    };
  }

  @Test
  void aRouteGetsTheEventsThatItNamesInOrderAndNoOthers() throws Exception {
    route(collecting("events:credential.cooled,provider.*"));

    tell(EventKind.CREDENTIAL_COOLED, "a");
    tell(EventKind.CREDENTIAL_LOCKED, "b");
    tell(EventKind.PROVIDER_THROTTLED, "c");

    Eventually.holds("two events came", () -> seen.size() == 2);
    assertThat(seen.getFirst())
        .isEqualTo(
            Map.of(
                "event",
                "credential.cooled",
                "at",
                "1970-01-01T00:00:00Z",
                "provider",
                "groq",
                "credential",
                "a"));
    assertThat(seen.getLast())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("event", "provider.throttled");
  }

  @Test
  void whatExpressionsNeedIsInVariables() throws Exception {
    route(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("events:*")
                .setBody(simple("${variable.event} ${variable.provider} ${variable.credential}"))
                .process(exchange -> seen.add(exchange.getMessage().getBody(String.class)));
          }
        });

    tell(EventKind.CREDENTIAL_LOCKED, "ab12");

    Eventually.holds("an event came", () -> seen.equals(List.of("credential.locked groq ab12")));
  }

  @Test
  void aRouteThatHangsHoldsNobodyUpAndLosesTheOldestOfItsOwn() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    route(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("events:*?waiting=2")
                .process(
                    exchange -> {
                      hang.await();
                      seen.add(exchange.getMessage().getBody(Map.class).get("credential"));
                    });
          }
        });

    for (int i = 0; i < 100; i++) {
      tell(EventKind.CREDENTIAL_COOLED, "k" + i);
    }
    hang.countDown();

    Eventually.holds("the newest came", () -> seen.contains("k99"));
    assertThat(seen.size()).isLessThanOrEqualTo(3);
    assertThat(seen).endsWith("k98", "k99");
  }

  @Test
  void aRouteThatFailsGetsTheNextEventAllTheSame() throws Exception {
    route(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("events:credential.cooled")
                .process(
                    exchange -> {
                      Object credential =
                          exchange.getMessage().getBody(Map.class).get("credential");
                      if ("bad".equals(credential)) {
                        throw new IllegalStateException("a bug in the route");
                      }
                      seen.add(credential);
                    });
          }
        });

    tell(EventKind.CREDENTIAL_COOLED, "bad");
    tell(EventKind.CREDENTIAL_COOLED, "good");

    Eventually.holds("the second came", () -> seen.equals(List.of("good")));
  }

  @Test
  void nobodyIsToldAnythingAfterTheRouteHasStopped() throws Exception {
    route(collecting("events:*"));
    assertThat(bus.wants(EventKind.CREDENTIAL_COOLED)).isTrue();

    context.getRouteController().stopRoute("listening");

    assertThat(bus.wants(EventKind.CREDENTIAL_COOLED)).isFalse();
  }

  @Test
  void aNameThatDoesNotExistStopsTheRouteWithTheNearestOneThatDoes() {
    assertThatThrownBy(() -> route(collecting("events:credential.cooling")))
        .rootCause()
        .hasMessageContaining("there is no event 'credential.cooling'; did you mean")
        .hasMessageContaining("credential.cooled");
  }
}
