package dev.caravan.client.matrix;

import dev.caravan.GatewayFixture;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every SDK at every upstream, in every scenario, streamed and not, through one gateway. Prints
 * what held.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatrixTest {
  private static final String WRONG_KEY = "gk-wrong-9876543210fedcba";

  private final GatewayFixture gateway = new GatewayFixture();
  private final Map<String, Sdk> sdks = new LinkedHashMap<>();
  private final Map<String, Map<Scenario, List<String>>> failed = new LinkedHashMap<>();
  private final Map<String, Map<Scenario, Integer>> tried = new LinkedHashMap<>();
  private String url = "";

  @BeforeAll
  void start() throws Exception {
    gateway.begin();
    gateway.mock().record(true);
    for (Upstream upstream : Upstream.values()) {
      String prefix = upstream.provider().toUpperCase(Locale.ROOT);
      gateway
          .withProvider(upstream.provider(), "sk-good-1")
          .with(prefix + "_API_BASE", gateway.mockAddress() + upstream.path())
          .with(prefix + "_API_DIALECT", upstream.dialect());
    }
    url = "http://127.0.0.1:" + gateway.gateway().port();
    Sdk.ALL.forEach(row -> sdks.put(row.name(), made(row, GatewayFixture.CLIENT_KEY)));
  }

  private Sdk made(Sdk.Row row, String key) {
    return row.make().apply(new Sdk.At(url, key));
  }

  @AfterAll
  void stop() throws Exception {
    print();
    sdks.values().forEach(Sdk::close);
    gateway.end();
  }

  @AfterEach
  void forget() {
    gateway.mock().reset();
  }

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (Sdk.Row client : Sdk.ALL) {
      for (Upstream upstream : Upstream.values()) {
        for (Scenario scenario : Scenario.values()) {
          if (!scenario.streamedOnly()) {
            cells.add(Arguments.of(client, upstream, scenario, false));
          }
          cells.add(Arguments.of(client, upstream, scenario, true));
        }
      }
    }
    return cells.stream();
  }

  @ParameterizedTest(name = "{0} over {1}: {2}, streamed {3}")
  @MethodSource("cells")
  void holds(Sdk.Row client, Upstream upstream, Scenario scenario, boolean stream)
      throws Exception {
    String row = client + " → " + upstream;
    tried.computeIfAbsent(row, r -> new EnumMap<>(Scenario.class)).merge(scenario, 1, Integer::sum);
    List<String> failures =
        failed
            .computeIfAbsent(row, r -> new EnumMap<>(Scenario.class))
            .computeIfAbsent(scenario, s -> new ArrayList<>());
    String manner = stream ? "streamed" : "plain";
    failures.add(manner);

    scenario.run(
        new Scenario.Cell(
            Objects.requireNonNull(sdks.get(client.name())),
            () -> made(client, WRONG_KEY),
            upstream,
            stream,
            gateway.mock()));

    failures.remove(manner);
  }

  @SuppressWarnings("SystemOut") // the matrix is for people
  private void print() {
    StringBuilder page = new StringBuilder("\n%-36s".formatted("client → upstream"));
    for (Scenario scenario : Scenario.values()) {
      page.append(" | ").append(scenario);
    }
    page.append('\n').append("-".repeat(page.length() - 2)).append('\n');
    int cells = 0;
    int bad = 0;
    for (var row : tried.entrySet()) {
      page.append("%-36s".formatted(row.getKey()));
      for (Scenario scenario : Scenario.values()) {
        int times = row.getValue().getOrDefault(scenario, 0);
        List<String> failures =
            failed.getOrDefault(row.getKey(), Map.of()).getOrDefault(scenario, List.of());
        cells += times;
        bad += failures.size();
        String shown = times == 0 ? "" : failures.isEmpty() ? "ok" : "FAILED";
        page.append(" | ").append(("%-" + scenario.toString().length() + "s").formatted(shown));
      }
      page.append('\n');
    }
    page.append(
        "%d cells, plain and streamed: %d hold, %d fail%n".formatted(cells, cells - bad, bad));
    System.out.println(page);
  }
}
