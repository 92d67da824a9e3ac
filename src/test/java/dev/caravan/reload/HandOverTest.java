package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.reload.Generations.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Work that does not come over HTTP is done by one generation at a time. */
class HandOverTest {
  private static final List<String> DONE = new CopyOnWriteArrayList<>();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();
  private RouteFolder routes;

  /** Where the routes of these tests leave a trace. */
  public static final class Done {
    private Done() {}

    public static void by(String who) {
      DONE.add(who);
    }
  }

  @BeforeEach
  void copyRoutes(@TempDir Path folder) throws IOException {
    DONE.clear();
    routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
    gateway.withKeys("sk-good-1").withRoutes(routes.path());
  }

  private Result reload() {
    return gateway.gateway().generations().reload(false);
  }

  private static String from(String id, String uri, String who) {
    return """
    - route:
        id: %s
        from:
          uri: %s
          steps:
            - bean: { beanType: "%s", method: "by('%s')" }
    """
        .formatted(id, uri, Done.class.getName(), who);
  }

  @Test
  void aTimerTicksForTheOldRoutesAndThenForTheNewOnesAlone() {
    routes.write("tick.yaml", from("tick", "timer:tick?period=10", "old"));
    gateway.gateway();
    Eventually.holds("it ticks", () -> DONE.contains("old"));
    routes.write("tick.yaml", from("tick", "timer:tick?period=10", "new"));

    assertThat(reload()).isInstanceOf(Result.Changed.class);

    Eventually.holds("it ticks", () -> DONE.stream().filter("new"::equals).count() > 5);
    int first = DONE.indexOf("new");
    assertThat(DONE.subList(first, DONE.size())).doesNotContain("old");
  }

  @Test
  void aScheduleOfARejectedChangeNeverRunsAndTheOldOneGoesOn() {
    routes.write("tick.yaml", from("tick", "quartz:tick?trigger.repeatInterval=20", "old"));
    gateway.gateway();
    Eventually.holds("it ticks", () -> DONE.contains("old"));
    routes.write(
        "tick.yaml",
        from("tick", "quartz:tick?trigger.repeatInterval=20", "new")
            + from("broken", "direct:broken", "x").replace("beanType:", "typo:"));
    assertThat(reload()).isInstanceOf(Result.Rejected.class);

    int before = DONE.size();
    Eventually.holds("it ticks on", () -> DONE.size() > before + 3);
    assertThat(DONE).doesNotContain("new");
  }

  @Test
  void aScheduleGoesOnWhenTheRoutesBeforeHaveEnded() {
    routes.write("tick.yaml", from("tick", "quartz:tick?trigger.repeatInterval=20", "old"));
    gateway.gateway();
    Eventually.holds("it ticks", () -> DONE.contains("old"));
    routes.write("tick.yaml", from("tick", "quartz:tick?trigger.repeatInterval=20", "new"));

    assertThat(reload()).isInstanceOf(Result.Changed.class);
    Eventually.holds("ended", () -> gateway.gateway().generations().retiring() == 0);

    int before = DONE.size();
    Eventually.holds("it ticks on", () -> DONE.size() > before + 3);
    assertThat(DONE.getLast()).isEqualTo("new");
  }

  @Test
  void aConsumerThatDoesNotStartGivesTheWorkBackToTheOldRoutes() throws IOException {
    gateway.expectErrors();
    routes.write("tick.yaml", from("tick", "timer:tick?period=10", "old"));
    gateway.gateway();
    Eventually.holds("it ticks", () -> DONE.contains("old"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      routes.write(
          "tick.yaml",
          from("tick", "timer:tick?period=10", "new")
              + from("listen", "listen:" + taken.getLocalPort(), "x"));

      Result result = reload();

      assertThat(result)
          .isInstanceOfSatisfying(
              Result.Rejected.class,
              rejected -> {
                assertThat(rejected.complaints().getFirst().file()).isEqualTo("routes/tick.yaml");
                assertThat(rejected.complaints().getFirst().what()).contains("in use");
              });
    }
    int before = DONE.size();
    Eventually.holds("it ticks on", () -> DONE.size() > before + 3);
    assertThat(DONE.getLast()).isEqualTo("old");
  }

  @Test
  void aPortOfARouteChangesHands() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    routes.write("listen.yaml", from("listen", "listen:" + port, "old"));
    gateway.gateway();
    routes.write("listen.yaml", from("listen", "listen:" + port, "new"));

    assertThat(reload()).isInstanceOf(Result.Changed.class);
  }

  @Test
  void whatTheOldRoutesHaveQueuedIsWorkedOff() {
    String asking =
        """
        - route:
            id: slow
            from:
              uri: platform-http:/slow
              steps:
                - delay: { constant: 300 }
                - to: seda:audit?waitForTaskToComplete=Never
                - setBody: { constant: done }
        """;
    routes.write("slow.yaml", asking + from("audit", "seda:audit", "old"));
    ClientStream slow = gateway.client().follow("/slow");
    Eventually.holds("it runs", () -> gateway.gateway().inFlight() == 1);
    routes.write("slow.yaml", asking + from("audit", "seda:audit", "new"));

    assertThat(reload()).isInstanceOf(Result.Changed.class);

    assertThat(slow.awaitEnd().lines()).containsExactly("done");
    Eventually.holds("the old routes have audited it", () -> DONE.equals(List.of("old")));
  }
}
