package dev.caravan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.reload.RouteFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kit as a team uses it. */
class TestGatewayTest {
  private static final String ALIAS =
      """
                - expression: { simple: "${variable.model} == 'company/fast'" }
                  steps:
                    - setVariable: { name: targets, constant: "groq/mock-1, acme/mock-1" }
                    - process: { ref: tryInTurn }
      """;

  private RouteFolder routes;

  @BeforeEach
  void copyRoutes(@TempDir Path folder) throws IOException {
    routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
  }

  @Test
  void anAliasOfTheTeamFallsBackWhenTheFirstProviderFails() throws Exception {
    String dispatch = routes.read("dispatch.yaml");
    int when = dispatch.indexOf("when:\n") + "when:\n".length();
    routes.write(
        "dispatch.yaml", dispatch.substring(0, when) + ALIAS.indent(4) + dispatch.substring(when));

    assertThat(TestGateway.complaints(routes.path())).isEmpty();
    try (TestGateway gateway =
        TestGateway.of(routes.path())
            .provider("groq", "sk-500-1")
            .provider("acme", "sk-good-1")
            .start()) {
      assertThat(gateway.ask("company/fast").statusCode()).isEqualTo(200);
      assertThat(gateway.mock().stats().ofKey("sk-good-1")).isEqualTo(1);
      assertThat(gateway.mock().stats().ofKey("sk-500-1")).isPositive();
      assertThat(gateway.get("/v1/models").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aMistakeIsNamedByTheCheckAndByTheStart() throws Exception {
    routes.write(
        "own.yaml",
        """
        - route:
            id: own
            from:
              uri: direct:own
              steps:
                - process: { ref: tryInTern }
        """);

    assertThat(TestGateway.complaints(routes.path()).toString())
        .isEqualTo("[routes/own.yaml:6:27: there is no bean 'tryInTern'; near: tryInTurn]");
    assertThatThrownBy(() -> TestGateway.of(routes.path()).start())
        .hasMessageContaining("routes/own.yaml:6:27");
  }
}
