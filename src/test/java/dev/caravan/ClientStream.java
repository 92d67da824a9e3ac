package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer while it comes in. Lines are taken by a subscriber, since the JDK's own stream
 * of a body loses what was read when the connection breaks. Thread-safe.
 */
public final class ClientStream implements Flow.Subscriber<String> {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CompletableFuture<HttpResponse.ResponseInfo> head = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  private ClientStream() {}

  static ClientStream open(HttpClient http, HttpRequest request) {
    ClientStream stream = new ClientStream();
    http.sendAsync(
            request,
            info -> {
              stream.head.complete(info);
              return HttpResponse.BodySubscribers.fromLineSubscriber(stream);
            })
        .whenComplete(
            (response, problem) -> {
              if (problem != null) {
                stream.head.completeExceptionally(problem);
                stream.end.complete(problem);
              }
            });
    return stream;
  }

  public int status() {
    return get(head).statusCode();
  }

  public HttpHeaders headers() {
    return get(head).headers();
  }

  public String header(String name) {
    return headers().firstValue(name).orElse("");
  }

  /** Waits for the end, be it good or bad. */
  public ClientStream awaitEnd() {
    get(end);
    return this;
  }

  /** Waits until so many events with data are in. */
  public ClientStream awaitEvents(int count) {
    Eventually.holds(count + " events", () -> data().size() >= count || end.isDone());
    assertThat(data()).hasSizeGreaterThanOrEqualTo(count);
    return this;
  }

  public boolean isOver() {
    return end.isDone();
  }

  /** Whether the connection ended before the answer did. */
  public boolean isBroken() {
    return get(end) != null;
  }

  /** The client goes away. */
  public void leave() {
    get(subscription).cancel();
  }

  /** All lines so far. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Data of the events so far. */
  public List<String> data() {
    return lines.stream()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring(6))
        .toList();
  }

  /** Comments so far. */
  public List<String> comments() {
    return lines.stream().filter(line -> line.startsWith(":")).toList();
  }

  public List<JsonNode> chunks() {
    return data().stream().filter(line -> !line.equals("[DONE]")).map(ClientAnswer::tree).toList();
  }

  /** Pieces of what the model says. */
  public List<String> contents() {
    return chunks().stream()
        .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
        .filter(text -> !text.isEmpty())
        .toList();
  }

  public String text() {
    return String.join("", contents());
  }

  /** Error events. */
  public List<JsonNode> errors() {
    return chunks().stream()
        .filter(chunk -> chunk.has("error"))
        .map(chunk -> chunk.get("error"))
        .toList();
  }

  /** Whether it ended as a complete answer does. */
  public boolean isDone() {
    List<String> data = data();
    return !data.isEmpty() && data.getLast().equals("[DONE]");
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(GatewayFixture.PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    given.request(Long.MAX_VALUE);
    subscription.complete(given);
  }

  @Override
  public void onNext(String line) {
    lines.add(line);
  }

  @Override
  public void onError(Throwable problem) {
    end.complete(problem);
  }

  @Override
  public void onComplete() {
    end.complete(null);
  }
}
