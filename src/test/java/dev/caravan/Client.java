package dev.caravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.function.UnaryOperator;

/** A client of the gateway on this port, with this key. */
public record Client(int port, String key) {
  private static final String CHAT = "/v1/chat/completions";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A short question to a model. */
  public static String question(String model, boolean stream) {
    return """
        {"model":"%s","stream":%s,"messages":[{"role":"user","content":"hi"}]}"""
        .formatted(model, stream);
  }

  public ClientAnswer ask(String model) {
    return post(question(model, false));
  }

  public ClientAnswer post(String json) {
    return post(BodyPublishers.ofString(json), request -> request);
  }

  /** A chat call whose head is changed before it is sent. */
  public ClientAnswer post(BodyPublisher body, UnaryOperator<HttpRequest.Builder> change) {
    return send(change.apply(to(CHAT).POST(body)).build());
  }

  public ClientAnswer get(String path) {
    return send(to(path).build());
  }

  /** Any method, without a body. */
  public ClientAnswer call(String method, String path) {
    return send(to(path).method(method, BodyPublishers.noBody()).build());
  }

  public ClientStream streamOf(String model) {
    return stream(question(model, true));
  }

  public ClientStream stream(String json) {
    return stream(json, request -> request);
  }

  /** A stream of a chat call whose head is changed before it is sent. */
  public ClientStream stream(String json, UnaryOperator<HttpRequest.Builder> change) {
    return ClientStream.open(
        HTTP, change.apply(to(CHAT).POST(BodyPublishers.ofString(json))).build());
  }

  /** A stream of lines from any path. */
  public ClientStream follow(String path) {
    return ClientStream.open(HTTP, to(path).build());
  }

  /** As many streams at once. */
  public List<ClientStream> streamsOf(int count, String model) {
    return java.util.stream.IntStream.range(0, count).mapToObj(i -> streamOf(model)).toList();
  }

  private HttpRequest.Builder to(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(GatewayFixture.PATIENCE);
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  public static ClientAnswer send(HttpRequest request) {
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      return new ClientAnswer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
