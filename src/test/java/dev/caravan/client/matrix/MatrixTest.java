package dev.caravan.client.matrix;

import dev.caravan.GatewayFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every SDK at every upstream, in every scenario, streamed and not. Prints what held. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatrixTest {
  private final GatewayFixture gateway = new GatewayFixture();
  private final Map<String, Sdk> sdks = new TreeMap<>();
  private final Map<String, Map<String, String>> held = new TreeMap<>();

  @BeforeAll
  void start() throws Exception {
    gateway.begin();
    gateway.mock().record(true);
    for (Upstream upstream : Upstream.values()) {
      String prefix = upstream.provider().toUpperCase(java.util.Locale.ROOT);
      gateway
          .withProvider(upstream.provider(), "sk-good-1")
          .with(prefix + "_API_BASE", gateway.mockAddress() + upstream.path())
          .with(prefix + "_API_DIALECT", upstream.dialect());
    }
    String url = "http://127.0.0.1:" + gateway.gateway().port();
    Sdk.ALL.forEach(
        row -> sdks.put(row.name(), row.make().apply(new Sdk.At(url, GatewayFixture.CLIENT_KEY))));
  }

  @AfterAll
  void stop() throws Exception {
    print();
    sdks.values().forEach(Sdk::close);
    gateway.end();
  }

  @AfterEach
  void forgetCooldowns() {
    gateway.mock().reset();
  }

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (Sdk.Row client : Sdk.ALL) {
      for (Upstream upstream : Upstream.values()) {
        for (Scenario scenario : Scenario.values()) {
          cells.add(Arguments.of(client.name(), upstream, scenario, false));
          cells.add(Arguments.of(client.name(), upstream, scenario, true));
        }
      }
    }
    return cells.stream();
  }

  @ParameterizedTest(name = "{0} over {1}: {2}, streamed {3}")
  @MethodSource("cells")
  void holds(String client, Upstream upstream, Scenario scenario, boolean stream) throws Exception {
    String row = "%s over %s%s".formatted(client, upstream, stream ? ", streamed" : "");
    held.computeIfAbsent(row, r -> new TreeMap<>()).put(scenario.toString(), "FAILED");

    scenario.run(
        new Scenario.Cell(
            java.util.Objects.requireNonNull(sdks.get(client)), upstream, stream, gateway.mock()));

    held.getOrDefault(row, new TreeMap<>()).put(scenario.toString(), "ok");
  }

  @SuppressWarnings("SystemOut") // the matrix is for people
  private void print() {
    StringBuilder page = new StringBuilder("\n| client and upstream |");
    for (Scenario scenario : Scenario.values()) {
      page.append(' ').append(scenario).append(" |");
    }
    page.append("\n|---|").append("---|".repeat(Scenario.values().length)).append('\n');
    held.forEach(
        (row, cells) -> {
          page.append("| ").append(row).append(" |");
          for (Scenario scenario : Scenario.values()) {
            page.append(' ').append(cells.getOrDefault(scenario.toString(), "")).append(" |");
          }
          page.append('\n');
        });
    System.out.println(page);
  }
}
