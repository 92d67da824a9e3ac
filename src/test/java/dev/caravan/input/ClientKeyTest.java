package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who comes in, by which header (http-api.md 1.2). */
class ClientKeyTest {
  private static final String K = GatewayFixture.CLIENT_KEY;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer " + K,
        "authorization: bearer   " + K,
        "Authorization: BEARER\t" + K + " ",
        "Authorization: " + K,
        "x-api-key: " + K,
        "X-Goog-Api-Key: " + K,
        "x-api-key: " + K + "; Authorization: Bearer someone-elses-token",
        "Authorization: Bearer " + K + "; x-api-key: wrong",
      })
  void everyFormOfTheRightKeyIsAcceptedWhateverElseIsSent(String headers) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          call("POST /v1/chat/completions", headers, Client.question("acme/mock-1", false)));

      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer wrong-9876543210",
        "Authorization: wrong-9876543210",
        "Authorization: Basic wrong-9876543210",
        "Authorization: Bearer",
        "Authorization: Bearer " + K + "9876543210",
        "x-api-key: wrong-9876543210",
        "x-goog-api-key: wrong-9876543210",
        "Cookie: key=" + K,
        "Accept: */*",
      })
  void anyOtherKeyIsRefusedInEveryFormAndNeverRepeated(String headers) throws IOException {
    for (String what :
        new String[] {"POST /v1/chat/completions", "GET /v1/models", "GET /v1/models/acme/x"}) {
      try (RawConnection client = RawConnection.to(gateway.gateway())) {
        client.send(call(what, headers, what.startsWith("GET") ? "" : "{}"));
        RawConnection.Answer answer = client.answer();

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("invalid_api_key");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"gateway\"");
        assertThat(answer.body()).doesNotContain("9876543210").doesNotContain(K);
        assertThat(answer.headers().toString()).doesNotContain("9876543210");
      }
    }
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void theRefusalSaysWhichHeadersWereLookedAt() {
    ClientAnswer answer = new Client(gateway.gateway().port(), "wrong").ask("acme/mock-1");

    assertThat(answer.message())
        .contains("Authorization is wrong", "x-api-key is missing", "x-goog-api-key is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/health/live", "/health/ready", "/healthz", "/readyz"})
  void whetherTheGatewayIsThereIsToldToEverybodyAndNothingElse(String path) {
    ClientAnswer answer = new Client(gateway.gateway().port(), "").get(path);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("acme").doesNotContain("mock");
  }

  @ParameterizedTest
  @CsvSource({"true, 200", "false, 200", "remote, 200"})
  void aKeyThatIsSetIsAskedForEvenInOpenMode(String open, int status) {
    gateway.with("ALLOW_UNAUTHENTICATED", open);

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(status);
    assertThat(new Client(gateway.gateway().port(), "").ask("acme/mock-1").status()).isEqualTo(401);
  }

  @Test
  void openModeWithoutAKeyLetsEverybodyIn() {
    gateway.with("PROXY_API_KEY", "").with("ALLOW_UNAUTHENTICATED", "true");

    assertThat(new Client(gateway.gateway().port(), "").ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(new Client(gateway.gateway().port(), "None").ask("acme/mock-1").status())
        .isEqualTo(200);
  }

  @Test
  void withoutAKeyAndWithoutOpenModeNoPathIsOpen() {
    gateway.with("PROXY_API_KEY", "");

    assertThat(new Client(gateway.gateway().port(), "").ask("acme/mock-1").status()).isEqualTo(401);
    assertThat(new Client(gateway.gateway().port(), "None").get("/v1/models").status())
        .isEqualTo(401);
  }

  @Test
  void aBodyIsWelcomeOnlyWithTheRightKeyWhenTheClientAsksFirst() throws IOException {
    String body = Client.question("acme/mock-1", false);
    String length = "Content-Length: " + body.length();
    try (RawConnection good = RawConnection.to(gateway.gateway());
        RawConnection bad = RawConnection.to(gateway.gateway())) {
      good.send(
          RawConnection.chatHead(RawConnection.goodKey(), length, "Expect: 100-continue") + "\r\n");
      bad.send(
          RawConnection.chatHead("Authorization: Bearer no", length, "Expect: 100-continue")
              + "\r\n");

      assertThat(good.answer().statusLine()).startsWith("HTTP/1.1 100");
      assertThat(good.send(body).answer().status()).isEqualTo(200);
      RawConnection.Answer refusal = bad.answer();
      assertThat(refusal.status()).isEqualTo(401);
      assertThat(refusal.header("Connection")).isEqualTo("close");
    }
  }

  @Test
  void aLargeBodyWithAWrongKeyIsRefusedBeforeItIsRead() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead("Authorization: Bearer no", "Content-Length: 10000000") + "\r\n");

      RawConnection.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("Connection")).isEqualTo("close");
    }
  }

  @Test
  void manyWrongKeysLeaveTheRightOneAsItIs() {
    Client stranger = new Client(gateway.gateway().port(), "wrong-9876543210");
    for (int i = 0; i < 50; i++) {
      stranger.ask("acme/mock-1");
    }

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void aBrowserMayAskFromAnywhereWithoutCredentials() {
    ClientAnswer preflight =
        Client.send(
            HttpRequest.newBuilder(
                    java.net.URI.create(
                        "http://127.0.0.1:" + gateway.gateway().port() + "/v1/chat/completions"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization, content-type")
                .build());

    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(preflight.header("Access-Control-Allow-Headers")).contains("authorization");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
  }

  private static String call(String what, String headers, String body) {
    return what
        + " HTTP/1.1\r\nHost: gateway\r\n"
        + headers.replace("; ", "\r\n")
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }
}
