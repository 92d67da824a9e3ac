package dev.caravan.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the checker says, and that it says nothing of what is well. */
class CheckerTest {
  private static final Legal LEGAL =
      new Legal(
          Set.of(
              "keyRotation",
              "noteFailure",
              "tryInTurn",
              "resolveModel",
              "resolveAlias",
              "toProviderDialect",
              "pools",
              "models",
              "quotaReading",
              "accounts",
              "hook"),
          Set.of("chat"),
          Set.of(),
          Set.of("dispatch"),
          Set.of(),
          Set.of("POST /v1/chat/completions"),
          Set.of("mock"));

  @Test
  void theRoutesThatComeWithTheGatewayAreWell() throws IOException {
    assertThat(new Checker(LEGAL).check(RouteSet.read(Path.of("routes")))).isEmpty();
  }

  @Test
  void aNumberIsATextAndAPlaceholderIsAnything() {
    assertThat(
            complaints(
                """
                - route:
                    id: a
                    autoStartup: "{{start}}"
                    from:
                      uri: direct:a
                      steps:
                        - setHeader: { name: CamelHttpResponseCode, constant: 418 }
                        - delay: { constant: 500 }
                        - log: "${body}"
                        - to: log:x?showAll=true
                        - loadBalance:
                            steps: [ { to: "log:y" } ]
                            weightedLoadBalancer: { distributionRatio: "1,2" }
                """))
        .isEmpty();
  }

  @Test
  void aWrongKeyIsNamedWithItsPlaceAndTheNearestRightOne() {
    assertThat(
            complaints(
                """
                - route:
                    id: a
                    from:
                      uri: direct:a
                      steps:
                        - setBdy:
                            constant: x
                """))
        .containsExactly("routes/a.yaml:6:11: steps has no 'setBdy'; near: setBody");
  }

  @Test
  void ofAnExpressionOnlyTheMeantOneIsSpokenOf() {
    assertThat(
            complaints(
                """
                - route:
                    id: a
                    from:
                      uri: direct:a
                      steps:
                        - setBody:
                            simple: { expresion: x }
                """))
        .containsExactly("routes/a.yaml:7:23: simple has no 'expresion'; near: expression");
  }

  static List<String> complaints(String yaml) {
    RouteFile file =
        new RouteFile("a.yaml", "routes/a.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    return new Checker(LEGAL)
        .check(RouteSet.of(List.of(file))).stream().map(Complaint::toString).toList();
  }
}
