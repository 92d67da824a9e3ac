package dev.caravan.google;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.provider.Catalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** One of Google's subscriptions as the catalogue has it, but before the mock. */
final class GoogleProvider {
  static final List<String> DIALECTS = List.of("chat", "responses", "messages", "gemini");

  private final GatewayFixture gateway;
  private final String name;

  GoogleProvider(GatewayFixture gateway, String name) {
    this.gateway = gateway;
    this.name = name;
  }

  /** With tokens that need no login. */
  void live(String... tokens) {
    String stem = name.toUpperCase(Locale.ROOT);
    String file = file().replaceFirst("baseUrl: \\S+", "baseUrl: " + gateway.mockAddress());
    gateway.withRouteFile("providers/" + name + ".yaml", file);
    gateway.with(stem + "_API_BASE", gateway.mockAddress());
    for (int i = 0; i < tokens.length; i++) {
      gateway.with(stem + "_API_KEY_" + (i + 1), tokens[i]);
    }
    gateway.mock().record(true);
  }

  /** With accounts of the environment, as the catalogue has it. */
  void accounts(String... tokens) {
    String stem = name.toUpperCase(Locale.ROOT);
    gateway.with(stem + "_API_BASE", gateway.mockAddress());
    for (int i = 0; i < tokens.length; i++) {
      String prefix = stem + "_" + (i + 1);
      gateway
          .with(prefix + "_ACCESS_TOKEN", tokens[i])
          .with(prefix + "_REFRESH_TOKEN", "1//refresh-" + i)
          .with(prefix + "_EXPIRY_DATE", "4102444800000")
          .with(prefix + "_EMAIL", "a" + i + "@example.org");
    }
    gateway.mock().record(true);
  }

  private String file() {
    try (InputStream in =
        Objects.requireNonNull(
            Catalogue.class.getClassLoader().getResourceAsStream("catalogue/" + name + ".yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What reached the provider as a question to a model, the oldest first. */
  List<ReceivedRequest> calls() {
    return gateway.mock().requests().stream()
        .filter(request -> request.path().contains("enerateContent"))
        .toList();
  }

  /** A short question of a client of this dialect. */
  ClientAnswer question(String dialect, String model, boolean stream) {
    return ask(dialect, model, stream, "", "", "", "");
  }

  /** One that offers a function without parameters. */
  ClientAnswer callOfATool(String dialect, String model, String tool, boolean stream) {
    return ask(
        dialect,
        model,
        stream,
        ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"%s\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]"
            .formatted(tool),
        ",\"tools\":[{\"type\":\"function\",\"name\":\"%s\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}]"
            .formatted(tool),
        ",\"tools\":[{\"name\":\"%s\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}]"
            .formatted(tool),
        ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"%s\"}]}]".formatted(tool));
  }

  private ClientAnswer ask(
      String dialect,
      String model,
      boolean stream,
      String chat,
      String responses,
      String messages,
      String gemini) {
    String full = name + "/" + model;
    String said = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    return switch (dialect) {
      case "chat" ->
          post(
              "/v1/chat/completions",
              "{\"model\":\"%s\",\"stream\":%s,%s%s}".formatted(full, stream, said, chat));
      case "responses" ->
          post(
              "/v1/responses",
              "{\"model\":\"%s\",\"stream\":%s,\"input\":\"hi\"%s}"
                  .formatted(full, stream, responses));
      case "messages" ->
          post(
              "/v1/messages",
              "{\"model\":\"%s\",\"stream\":%s,\"max_tokens\":2000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},%s%s}"
                  .formatted(full, stream, said, messages));
      default ->
          post(
              "/v1beta/models/%s:%s"
                  .formatted(full, stream ? "streamGenerateContent?alt=sse" : "generateContent"),
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]%s}"
                  .formatted(gemini));
    };
  }

  ClientAnswer post(String path, String body) {
    return Client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .timeout(GatewayFixture.PATIENCE)
            .header("Authorization", "Bearer " + GatewayFixture.CLIENT_KEY)
            .header("x-goog-api-key", GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
