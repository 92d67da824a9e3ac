package dev.caravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.reload.RouteFolder;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code /health/ready}: http-api.md 17, operations.md 16. */
class ReadinessTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aRejectedEditIsToldAndKeepsNoCallsAway(@TempDir Path folder) throws IOException {
    RouteFolder routes = RouteFolder.copyOf(Path.of("routes"), folder.resolve("routes"));
    gateway.withKeys("sk-good-1").withRoutes(routes.path()).expectErrors();
    assertThat(gateway.client().get("/health/ready").body()).isEqualTo("{\"status\":\"UP\"}");

    routes.write("own.yaml", "- route:\n    id: own\n    from:\n      uri: nowhere:at-all\n");
    gateway.gateway().reloadRoutes();

    ClientAnswer stale = gateway.client().get("/health/ready");
    assertThat(stale.status()).isEqualTo(200);
    assertThat(stale.text("/status")).isEqualTo("UP");
    assertThat(stale.text("/checks/0/name")).isEqualTo("routes");
    assertThat(stale.text("/checks/0/status")).isEqualTo("STALE");
    assertThat(stale.text("/checks/0/detail"))
        .isEqualTo("rejected edit of routes/own.yaml, line 4");

    routes.delete("own.yaml");
    gateway.gateway().reloadRoutes();
    assertThat(gateway.client().get("/health/ready").body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(gateway.logged()).last().asString().contains("the files are again those that serve");
  }

  @Test
  void strictlyItTakesACredentialThatCanBeUsed() {
    gateway.withKeys("sk-bad-1");
    assertThat(gateway.client().get("/health/ready?strict=true").status()).isEqualTo(200);

    gateway.ask("acme/mock-1"); // finds the key revoked

    ClientAnswer strict = gateway.client().get("/health/ready?strict=true");
    assertThat(strict.status()).isEqualTo(503);
    assertThat(strict.text("/checks/0/name")).isEqualTo("credentials");
    assertThat(gateway.client().get("/health/ready").status()).isEqualTo(200);
  }
}
