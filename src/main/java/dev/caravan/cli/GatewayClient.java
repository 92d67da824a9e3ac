package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** A running gateway as its clients see it. Not thread-safe. */
final class GatewayClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

  private final URI base;
  private final Optional<String> key;
  private final HttpClient http;

  /**
   * Makes a client.
   *
   * @param base address without {@code /v1}
   * @param key empty when none is known
   */
  GatewayClient(URI base, Optional<String> key) {
    this.base = base;
    this.key = key.filter(secret -> !secret.isEmpty());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_WITHIN)
            .build();
  }

  /**
   * An answer, good or not.
   *
   * @param attempts how many calls of a provider it took, empty when the gateway does not say
   * @param json missing when it is none
   */
  record Answer(
      int status,
      Optional<String> retryAfter,
      Optional<String> attempts,
      JsonNode json,
      String text) {}

  URI base() {
    return base;
  }

  /**
   * Looks at something.
   *
   * @param path from the first slash, encoded, with its query
   * @throws ChatTrouble when there is no answer, or one that refuses
   */
  JsonNode get(String path) throws ChatTrouble, InterruptedException {
    return good(send(path, null));
  }

  /** Sends JSON and wants a good answer. */
  JsonNode post(String path, String json) throws ChatTrouble, InterruptedException {
    return good(send(path, json));
  }

  private JsonNode good(Answer answer) throws ChatTrouble {
    if (answer.status() != 200) {
      throw ChatTrouble.refused(base, answer.status(), answer.retryAfter(), answer.text());
    }
    if (answer.json().isMissingNode()) {
      throw new ChatTrouble(base + " does not answer in JSON; is it a gateway?");
    }
    return answer.json();
  }

  /** Sends JSON, or asks when there is none, and takes any answer. */
  Answer send(String path, @Nullable String json) throws ChatTrouble, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER_WITHIN);
    key.ifPresent(secret -> request.header("authorization", "Bearer " + secret));
    if (json != null) {
      request.header("content-type", "application/json").POST(BodyPublishers.ofString(json));
    }
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(),
          answer.headers().firstValue("retry-after"),
          answer.headers().firstValue("x-gateway-attempts"),
          tree(answer.body()),
          answer.body());
    } catch (IOException e) {
      throw ChatTrouble.unreachable(base, "connection refused or no such host");
    }
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  /** What went wrong, without the key. */
  String withoutKey(ChatTrouble trouble) {
    String sentence = String.valueOf(trouble.getMessage());
    return key.map(secret -> sentence.replace(secret, "(the key)")).orElse(sentence);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
