package dev.caravan.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.RawConnection;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The limit of a request body. */
class BodySizeTest {
  private static final int LIMIT = 1 << 20;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void limit() {
    gateway.withKeys("sk-good-1").with("MAX_REQUEST_BODY", "1MiB");
  }

  @Test
  void aBodyThatAnnouncesToBeTooLargeIsRefusedBeforeItIsRead() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead(RawConnection.goodKey(), "Content-Length: " + (LIMIT + 1))
              + "\r\n");
      RawConnection.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.code()).isEqualTo("request_too_large");
      assertThat(answer.body()).contains("1048576 bytes (MAX_REQUEST_BODY)");
      assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
      client.awaitClosed();
    }
  }

  @Test
  void aBodyInChunksIsRefusedWhileItIsRead() throws IOException {
    String piece = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead(RawConnection.goodKey(), "Transfer-Encoding: chunked") + "\r\n");
      for (int sent = 0; sent <= LIMIT; sent += 0x8000) {
        client.send(piece);
      }
      RawConnection.Answer answer = client.answer();

      assertThat(answer.status()).isEqualTo(413);
      assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsRead() {
    String head = "{\"model\":\"acme/mock-1\",\"messages\":[{\"role\":\"user\",\"content\":\"";
    String tail = "\"}]}";
    String full = head + "x".repeat(LIMIT - head.length() - tail.length()) + tail;

    ClientAnswer fits = gateway.post(full);
    ClientAnswer oneMore = gateway.post(full + " ");

    assertThat(fits.status()).isEqualTo(200);
    assertThat(oneMore.status()).isEqualTo(413);
  }

  @Test
  void aLengthThatNobodyCouldSendReservesNothing() throws IOException {
    try (RawConnection client = RawConnection.to(gateway.gateway())) {
      client.send(
          RawConnection.chatHead(RawConnection.goodKey(), "Content-Length: 9223372036854775807")
              + "\r\n");

      assertThat(client.answer().status()).isEqualTo(413);
    }
  }
}
