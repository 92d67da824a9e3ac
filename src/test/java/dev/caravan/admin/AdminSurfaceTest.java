package dev.caravan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdminSurfaceTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void itTellsAnOperatorWhatItCanDo() {
    gateway.withAdmin();

    ClientAnswer answer = gateway.admin().get("/admin");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/operations").findValuesAsText("path"))
        .contains("/admin", "/admin/status");
  }

  @Test
  void itsStatusNamesTheProvidersAndNoKey() {
    gateway.withAdmin().withKeys("sk-good-1", "sk-good-2");

    ClientAnswer status = gateway.admin().get("/admin/status");

    assertThat(status.json().at("/providers/0").asText()).isEqualTo("acme");
    assertThat(status.json().at("/credentials").asInt()).isEqualTo(2);
    assertThat(status.body()).doesNotContain("sk-good");
  }

  @Test
  void itIsOnItsOwnPortAndNotOnThatOfClients() throws IOException {
    int port = freePort();
    gateway.withAdmin().with("MANAGEMENT_PORT", Integer.toString(port));

    ClientAnswer fromClients = gateway.admin().get("/admin/status");
    Client operator = new Client(port, GatewayFixture.ADMIN_TOKEN);

    assertThat(fromClients.status()).isEqualTo(404);
    assertThat(operator.get("/admin/status").status()).isEqualTo(200);
    assertThat(operator.get("/v1/models").status()).isEqualTo(404);
    assertThat(gateway.gateway().adminPort()).hasValue(port);
  }

  @Test
  void itIsClosedWithoutAToken() {
    gateway.with("MANAGEMENT_PORT", "0");

    assertThat(gateway.client().get("/admin/status").status()).isEqualTo(404);
    assertThat(gateway.gateway().adminPort()).isEmpty();
  }

  @Test
  void aMissingAndAWrongTokenAreRefusedInItsOwnForm() {
    gateway.withAdmin();
    int port = gateway.gateway().port();

    for (String token : new String[] {"", "wrong", GatewayFixture.ADMIN_TOKEN + "x"}) {
      ClientAnswer answer = new Client(port, token).get("/admin/status");

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
      assertThat(answer.json().at("/error/code").asText()).isEqualTo("unauthorized");
      assertThat(answer.json().at("/error").has("field")).isTrue();
    }
  }

  @Test
  void aClientsKeyOpensNothingHere() {
    gateway.withAdmin();

    ClientAnswer answer = gateway.client().get("/admin/status");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().at("/error/code").asText()).isEqualTo("forbidden");
  }

  @Test
  void whatIsNotThereIsSaidInItsOwnForm() {
    gateway.withAdmin();

    ClientAnswer nowhere = gateway.admin().get("/admin/nowhere");
    ClientAnswer wrongMethod = gateway.admin().call("POST", "/admin/status");

    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.json().at("/error/message").asText()).contains("GET /admin");
    assertThat(wrongMethod.status()).isEqualTo(405);
    assertThat(wrongMethod.header("Allow")).isEqualTo("GET");
  }

  @Test
  void clientsAreServedBesideItOnOnePort() {
    gateway.withAdmin();

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(gateway.client().get("/administration").json().at("/error/type").asText())
        .isNotEmpty();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
