package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.config.AdminToken;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running gateway as an operator's command sees it: its admin surface, where the configuration
 * says it is and with the token that it says. Not thread-safe.
 */
final class AdminClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  private final URI base;
  private final Optional<String> token;
  private final HttpClient http;

  /**
   * Makes a client.
   *
   * @param base address with {@code /admin} at its end
   * @param token empty when none is known; the server then refuses
   */
  AdminClient(URI base, Optional<String> token) {
    this.base = base;
    this.token = token;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
  }

  /** The gateway that this configuration describes. */
  static AdminClient of(Configuration configuration) {
    boolean own = configuration.get(Settings.MANAGEMENT_PORT) != 0;
    String host = configuration.get(own ? Settings.MANAGEMENT_HOST : Settings.HOST);
    int port = configuration.get(own ? Settings.MANAGEMENT_PORT : Settings.PORT);
    URI base = URI.create("http://%s:%d/admin".formatted(Greeting.reachable(host), port));
    return new AdminClient(base, AdminToken.find(configuration));
  }

  /**
   * Looks at something.
   *
   * @param path below {@code /admin}, encoded, with its query
   * @throws AdminTrouble when there is no answer, or one that refuses
   */
  JsonNode get(String path) throws AdminTrouble, InterruptedException {
    return send(path, to(path).GET());
  }

  /** Asks for a change; the body is any value that Jackson writes as an object, null for none. */
  JsonNode post(String path, @Nullable Object body) throws AdminTrouble, InterruptedException {
    return send(path, to(path).POST(json(body)));
  }

  /** Asks for a removal. */
  JsonNode delete(String path) throws AdminTrouble, InterruptedException {
    return send(path, to(path).DELETE());
  }

  private HttpRequest.Builder to(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path));
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  private static HttpRequest.BodyPublisher json(@Nullable Object body) {
    if (body == null) {
      return BodyPublishers.noBody();
    }
    try {
      return BodyPublishers.ofString(JSON.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private JsonNode send(String path, HttpRequest.Builder request)
      throws AdminTrouble, InterruptedException {
    HttpResponse<String> answer;
    try {
      answer = http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw AdminTrouble.unreachable(base);
    }
    JsonNode tree = tree(answer.body());
    if (answer.statusCode() / 100 == 2) {
      return tree;
    }
    throw AdminTrouble.refused(base, path, answer.statusCode(), tree, token.isPresent());
  }

  private static JsonNode tree(String text) {
    try {
      return text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
