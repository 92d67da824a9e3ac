package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and methods: the ones that are there, and how the others are refused. */
class PathTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/chat/completions | POST",
        "PUT    | /v1/chat/completions | POST",
        "DELETE | /v1/chat/completions | POST",
        "POST   | /v1/models           | GET, HEAD",
        "POST   | /v1/models/acme/x    | GET, HEAD",
        "POST   | /                    | GET, HEAD",
        "DELETE | /health/live         | GET, HEAD",
      })
  void aKnownPathTakesOnlyItsMethods(String method, String path, String allow) {
    ClientAnswer answer = gateway.client().call(method, path);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo(allow);
    assertThat(answer.code()).isEqualTo("method_not_allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1",
        "/v1/chat",
        "/v2/chat/completions",
        "/v1/chat/completions/more",
        "/admin",
        "/.env",
        "/v1/modelsx",
        "/..%2f..%2fetc/passwd",
        "/%00",
        "/%zz",
        "nonsense"
      })
  void anUnknownPathIsNotFound(String path) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          "GET " + path + " HTTP/1.1\r\nHost: gateway\r\n" + RawConnection.goodKey() + "\r\n\r\n");
      RawConnection.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.code()).isEqualTo("not_found");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, *, 404",
    "GET, http://gateway/health/live, 200",
    "GET, ?, 200",
    "GET, http://gateway, 200"
  })
  void oddAddressesAreAnsweredToo(String method, String address, int status) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(method + " " + address + " HTTP/1.1\r\nHost: gateway\r\n\r\n");

      assertThat(client.answer().status()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/models", "/health/live", "/v1/models/acme/mock-1"})
  void headIsAnsweredWhereverGetIsWithoutABody(String path) {
    ClientAnswer answer = gateway.client().call("HEAD", path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void headOfTheRootNeedsNoKey() {
    assertThat(new Client(gateway.gateway().port(), "").call("HEAD", "/").status()).isEqualTo(200);
  }

  @Test
  void aTrailingSlashCountsForNothing() {
    ClientAnswer answer =
        Client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:" + gateway.gateway().port() + "/v1/chat/completions/"))
                .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
                .POST(BodyPublishers.ofString(Client.question("acme/mock-1", false)))
                .build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(gateway.client().get("/v1/models/").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models/acme/mock-1", "/v1/models/acme%2Fmock-1"})
  void aModelIsFoundWithItsSlashPlainOrEscaped(String path) {
    ClientAnswer answer = gateway.client().get(path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text("/id")).isEqualTo("acme/mock-1");
  }

  @Test
  void theRootSaysThatItRunsAndItsVersion() {
    ClientAnswer answer = new Client(gateway.gateway().port(), "").get("/");

    assertThat(answer.text("/Status")).isEqualTo("API Key Proxy is running");
    assertThat(answer.text("/version")).isNotEmpty();
  }

  @Test
  void aMethodThatNobodyKnowsIsRefused() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send("BREW /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\n\r\n");

      assertThat(client.answer().status()).isEqualTo(405);
    }
  }
}
