package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;

/** A client of the mock that tells how an answer ended instead of throwing. */
record MockClient(MockProvider mock, String key) {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /**
   * A stream as the client saw it.
   *
   * @param data of each event, {@code [DONE]} included
   * @param broken whether the connection ended before the answer did
   */
  record Stream(int status, HttpHeaders headers, List<String> data, boolean broken) {

    boolean isDone() {
      return !data.isEmpty() && data.getLast().equals("[DONE]");
    }

    List<JsonNode> chunks() {
      return data.stream().filter(line -> !line.equals("[DONE]")).map(MockClient::tree).toList();
    }

    List<String> contents() {
      return chunks().stream()
          .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
          .filter(text -> !text.isEmpty())
          .toList();
    }
  }

  MockClient(MockProvider mock) {
    this(mock, "sk-good-1");
  }

  MockClient with(String otherKey) {
    return new MockClient(mock, otherKey);
  }

  HttpResponse<String> plain(String model) {
    return send(chat(question(model, false)), HttpResponse.BodyHandlers.ofString());
  }

  Stream stream(String model) {
    return streamOf(question(model, true));
  }

  Stream streamOf(String body) {
    var head = new CompletableFuture<HttpResponse.ResponseInfo>();
    var events = new Events();
    boolean broken = false;
    try {
      HTTP.send(
          chat(body),
          info -> {
            head.complete(info);
            return HttpResponse.BodySubscribers.fromLineSubscriber(events);
          });
    } catch (IOException e) {
      broken = true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    HttpResponse.ResponseInfo info = head.getNow(null);
    assertThat(info).as("an answer").isNotNull();
    return new Stream(info.statusCode(), info.headers(), List.copyOf(events.data), broken);
  }

  /**
   * Data of the events; unlike an InputStream of this client it loses none when a stream breaks.
   */
  private static final class Events implements Flow.Subscriber<String> {
    private final Queue<String> data = new ConcurrentLinkedQueue<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      if (line.startsWith("data: ")) {
        data.add(line.substring(6));
      }
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}
  }

  /** Reads only so many events of a stream and leaves. */
  List<String> leaveAfter(int events, String model) throws IOException {
    HttpResponse<InputStream> response =
        send(chat(question(model, true)), HttpResponse.BodyHandlers.ofInputStream());
    List<String> data = new ArrayList<>();
    try (var lines = lines(response)) {
      while (data.size() < events) {
        String line = lines.readLine();
        if (line.startsWith("data: ")) {
          data.add(line.substring(6));
        }
      }
    }
    return data;
  }

  CompletableFuture<HttpResponse<String>> begin(String model) {
    return HTTP.sendAsync(chat(question(model, false)), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> at(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mock.port() + path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + key)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  static String question(String model, boolean stream) {
    return """
        {"messages":[{"role":"user","content":"hi"}],"model":"%s","stream":%s}"""
        .formatted(model, stream);
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpRequest chat(String body) {
    return HttpRequest.newBuilder(URI.create(mock.baseUrl() + "/chat/completions"))
        .header("Authorization", "Bearer " + key)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static BufferedReader lines(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return HTTP.send(request, handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
