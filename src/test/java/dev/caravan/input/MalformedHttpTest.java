package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no HTTP, or too much of it. */
class MalformedHttpTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @Test
  void aHeaderOfOneMegabyteIsTooLargeAndTheConnectionIsClosed() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(RawConnection.chatHead(RawConnection.goodKey()) + "X-Big: ");
      client.sendUntilRefused("x".repeat(1024).getBytes(StandardCharsets.US_ASCII), 100 << 10);
      RawConnection.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(431);
      assertThat(answer.code()).isEqualTo("headers_too_large");
      assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
      long more = client.sendUntilRefused(new byte[1 << 16], 1L << 30);
      assertThat(more).isLessThan(1L << 30);
    }
  }

  @Test
  void manySmallHeadersAreTooLargeTogether() throws IOException {
    StringBuilder head = new StringBuilder(RawConnection.chatHead(RawConnection.goodKey()));
    for (int i = 0; i < 5_000; i++) {
      head.append("X-Small-").append(i).append(": abcdefgh\r\n");
    }
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(head + "\r\n");

      assertThat(client.answer().status()).isEqualTo(431);
    }
  }

  @Test
  void anAddressOfAHundredKilobytesIsTooLarge() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: gateway\r\n\r\n");

      assertThat(client.answer().status()).isIn(414, 431);
      client.awaitClosed();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello, is this the gateway?\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: gateway\r\nContent-Length: many\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: gateway\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      })
  void whatIsNoHttpIsToldSoAndTheConnectionIsClosed(String garbage) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(garbage);
      RawConnection.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("\"error\"");
      client.awaitClosed();
    }
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void aBodyWithALengthAndInChunksIsNotTakenForTwoRequests() throws IOException {
    String hidden = "GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n";
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead(
                  RawConnection.goodKey(), "Content-Length: 6", "Transfer-Encoding: chunked")
              + "\r\n0\r\n\r\n"
              + hidden);
      RawConnection.Answer first = client.answer();

      assertThat(first.status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyz\r\n", "-5\r\nhello\r\n", "fffffffffffffffff\r\n"})
  void aChunkWithoutARightSizeEndsTheConnectionAndReachesNobody(String chunk) throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead(RawConnection.goodKey(), "Transfer-Encoding: chunked")
              + "\r\n"
              + chunk);
      client.awaitClosed();
    }
    assertThat(gateway.mock().stats().total()).isZero();
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
  }

  @Test
  void aClientThatGoesAwayInsideItsBodyLeavesNothingBehind() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead(RawConnection.goodKey(), "Content-Length: 1000")
              + "\r\n{\"model\":");
    }

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(gateway.mock().stats().total()).isEqualTo(1);
  }

  @Test
  void callsThatAreSentAheadAreAnsweredInTheirOrder() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chat(Client.question("acme/mock-ttft100-len10", false))
              + RawConnection.chat(Client.question("acme/mock-len20", false))
              + "GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n");

      assertThat(client.answer().body()).contains("\"The quick \"");
      assertThat(client.answer().body()).contains("\"The quick brown fox \"");
      assertThat(client.answer().body()).isEqualTo("{\"status\":\"UP\"}");
    }
  }

  @Test
  void anOldClientWithoutKeepAliveIsAnswered() throws IOException {
    String body = Client.question("acme/mock-1", false);
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          "POST /v1/chat/completions HTTP/1.0\r\n"
              + RawConnection.goodKey()
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);

      assertThat(client.answer().status()).isEqualTo(200);
      client.awaitClosed();
    }
  }

  @Test
  void linesInARequestIdOrAHeaderDoNotGetIntoTheAnswer() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send("GET /health/live HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: a\u0001b\r\n\r\n");
      RawConnection.Answer answer = client.answer();

      assertThat(answer.header("X-Request-Id")).doesNotContain("a\u0001b");
    }
  }
}
