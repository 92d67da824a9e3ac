package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.GatewayFixture;
import dev.caravan.config.Configuration;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdminClientTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private AdminClient client(String token) {
    return AdminClient.of(
        Configuration.load(
            gateway.home(),
            Map.of(),
            Map.of(
                "PORT",
                Integer.toString(gateway.gateway().port()),
                "MANAGEMENT_PORT",
                "0",
                "ADMIN_TOKEN",
                token)));
  }

  @Test
  void itFindsTheGatewayByItsConfiguration() throws Exception {
    gateway.withAdmin();

    try (AdminClient client = client(GatewayFixture.ADMIN_TOKEN)) {
      assertThat(client.get("/status").at("/version").asText()).isNotEmpty();
    }
  }

  @Test
  void aWrongTokenIsToldWithItsOwnExitCode() {
    gateway.withAdmin();

    try (AdminClient client = client("another-token-0123456789")) {
      AdminTrouble trouble = catchThrowableOfType(AdminTrouble.class, () -> client.get("/status"));

      assertThat(trouble.exitCode()).isEqualTo(6);
      assertThat(trouble).hasMessageContaining("ADMIN_TOKEN");
    }
  }

  @Test
  void whatTheServerSaysIsPassedOn() {
    gateway.withAdmin();

    try (AdminClient client = client(GatewayFixture.ADMIN_TOKEN)) {
      AdminTrouble trouble = catchThrowableOfType(AdminTrouble.class, () -> client.get("/nowhere"));

      assertThat(trouble.exitCode()).isEqualTo(1);
      assertThat(trouble).hasMessageContaining("there is nothing at /admin/nowhere");
    }
  }

  @Test
  void aGatewayThatIsNotThereIsToldWithWhatToDo() {
    try (AdminClient client =
        new AdminClient(URI.create("http://127.0.0.1:1/admin"), Optional.empty())) {
      AdminTrouble trouble = catchThrowableOfType(AdminTrouble.class, () -> client.get("/status"));

      assertThat(trouble).hasMessageContaining("caravan run");
    }
  }
}
