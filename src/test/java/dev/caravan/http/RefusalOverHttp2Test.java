package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Gateway;
import dev.caravan.config.Configuration;
import dev.caravan.config.ProxyKey;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a connection that many requests share, one that is refused must not take the others along. */
class RefusalOverHttp2Test {
  private static final String KEY = "sk-test-0123456789abcdef";

  private final HttpClient client = HttpClient.newBuilder().version(Version.HTTP_2).build();
  private Gateway gateway;

  @BeforeEach
  void start(@TempDir Path home) throws Exception {
    Configuration configuration =
        Configuration.load(
            home, Map.of("HOST", "127.0.0.1", "PORT", "0"), Map.of("PROXY_API_KEY", KEY));
    gateway = Gateway.start(configuration, ProxyKey.ensure(configuration), Path.of("routes"));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
  }

  @Test
  void aRefusedRequestIsAnsweredAndTheStreamBesideItGoesOn() throws Exception {
    client.send(chat(KEY, "mock-1", false), BodyHandlers.discarding());
    HttpResponse<Stream<String>> stream =
        client.send(chat(KEY, "mock-20x50ms", true), BodyHandlers.ofLines());
    Iterator<String> lines = stream.body().iterator();
    lines.next();

    HttpResponse<String> refused =
        client.send(chat("sk-wrong", "mock-1", false), BodyHandlers.ofString());
    String last = "";
    while (lines.hasNext()) {
      String line = lines.next();
      last = line.isEmpty() ? last : line;
    }

    assertThat(refused.version()).isEqualTo(Version.HTTP_2);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().map()).doesNotContainKey("connection");
    assertThat(last).isEqualTo("data: [DONE]");
  }

  private HttpRequest chat(String key, String model, boolean stream) {
    String body =
        """
        {"model": "mock/%s", "stream": %s, "messages": [{"role": "user", "content": "%s"}]}"""
            .formatted(model, stream, "x".repeat(200_000));
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
        .header("Authorization", "Bearer " + key)
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}
