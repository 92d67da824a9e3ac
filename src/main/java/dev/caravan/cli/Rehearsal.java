package dev.caravan.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many calls of the kinds that a gateway gets, good ones above all, some of them at a time. */
final class Rehearsal implements AutoCloseable {
  private static final int AT_A_TIME = 16;
  private static final String CHAT = "/v1/chat/completions";

  /** An answer that nobody expected. */
  static final class Surprise extends IOException {
    private static final long serialVersionUID = 1;

    Surprise(Scene scene, int status, String body) {
      super(
          "%s %s answered %d instead of %d: %s"
              .formatted(scene.method(), scene.path(), status, scene.status(), body));
    }
  }

  /** One call and the status that it must have. */
  private record Scene(String method, String path, String key, String body, int status) {}

  private final URI gateway;
  private final String key;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger calls = new AtomicInteger();

  Rehearsal(URI gateway, String key) {
    this.gateway = gateway;
    this.key = key;
  }

  /**
   * Plays all scenes over and over.
   *
   * @return how many calls there were
   * @throws Surprise when one was not answered as it should be
   */
  int run(Duration time) throws IOException, InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    List<Scene> scenes = scenes();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> players = new ArrayList<>();
      for (int i = 0; i < AT_A_TIME; i++) {
        players.add(
            threads.submit(
                () -> {
                  do {
                    for (Scene scene : scenes) {
                      play(scene);
                    }
                  } while (System.nanoTime() < end);
                  return null;
                }));
      }
      for (Future<?> player : players) {
        player.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
    return calls.get();
  }

  private List<Scene> scenes() {
    List<Scene> scenes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      scenes.add(chat("steady/mock-1", false));
      scenes.add(chat("steady/mock-20x0ms", true));
    }
    scenes.add(chat("steady/mock-200x0ms", true));
    scenes.add(new Scene("GET", "/v1/models", key, "", 200));
    scenes.add(new Scene("GET", "/health/live", "", "", 200));
    scenes.add(new Scene("GET", "/health/ready", "", "", 200));
    scenes.add(new Scene("GET", "/nowhere", "", "", 404));
    scenes.add(new Scene("GET", CHAT, key, "", 405));
    scenes.add(new Scene("POST", CHAT, "sk-wrong", "{}", 401));
    scenes.add(new Scene("POST", CHAT, key, "not JSON", 400));
    scenes.add(new Scene("POST", CHAT, key, body("nobody/at-home", false), 404));
    return scenes;
  }

  private Scene chat(String model, boolean stream) {
    return new Scene("POST", CHAT, key, body(model, stream), 200);
  }

  private static String body(String model, boolean stream) {
    return """
    {"model": "%s", "stream": %s, "temperature": 0.2, "messages": [
      {"role": "system", "content": "Answer in one sentence."},
      {"role": "user", "content": "What does a gateway do?"}]}"""
        .formatted(model, stream);
  }

  private void play(Scene scene) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.resolve(scene.path()))
            .method(scene.method(), BodyPublishers.ofString(scene.body()));
    if (!scene.key().isEmpty()) {
      request.header("Authorization", "Bearer " + scene.key());
    }
    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
    calls.incrementAndGet();
    if (answer.statusCode() != scene.status()) {
      throw new Surprise(scene, answer.statusCode(), answer.body());
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
