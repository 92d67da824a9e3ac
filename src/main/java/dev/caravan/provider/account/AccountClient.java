package dev.caravan.provider.account;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a setup speaks with its provider: plain requests whose answers are short. Blocks;
 * thread-safe. Requests carry the gateway's own {@code user-agent} unless they bring one.
 */
public interface AccountClient {

  /** What a setup waits for one answer, if it says nothing. */
  Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * What is asked.
   *
   * @param method such as {@code GET}
   * @param url where, whole; never logged with its query
   * @param headers by name
   * @param body null for none
   * @param patience how long the whole answer may take
   */
  record Request(
      String method,
      String url,
      Map<String, String> headers,
      @Nullable String body,
      Duration patience) {

    public Request {
      headers = Map.copyOf(headers);
    }

    public static Request get(String url) {
      return new Request("GET", url, Map.of("accept", "application/json"), null, PATIENCE);
    }

    public static Request postJson(String url, String json) {
      return new Request(
          "POST",
          url,
          Map.of("accept", "application/json", "content-type", "application/json"),
          json,
          PATIENCE);
    }

    public Request withHeader(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(headers);
      more.put(name, value);
      return new Request(method, url, more, body, patience);
    }

    public Request withBearer(String token) {
      return withHeader("authorization", "Bearer " + token);
    }

    public Request within(Duration limit) {
      return new Request(method, url, headers, body, limit);
    }

    @Override
    public String toString() {
      int query = url.indexOf('?');
      return method + " " + (query < 0 ? url : url.substring(0, query));
    }
  }

  /**
   * What was said.
   *
   * @param status of HTTP
   * @param headers by name in lower case, the first value of each
   * @param body as text, at most 1 MiB
   */
  record Answer(int status, Map<String, String> headers, String body) {

    public boolean isGood() {
      return status / 100 == 2;
    }

    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }

    @Override
    public String toString() {
      return "Answer[" + status + "]";
    }
  }

  /**
   * Sends a request and waits for its answer, whatever its status. Follows no redirect.
   *
   * @throws IOException if there is no answer within the patience
   */
  Answer send(Request request) throws IOException;

  /**
   * Waits between two looks at something that takes time.
   *
   * @throws IOException if whoever waits for the account has given up
   */
  void pause(Duration length) throws IOException;
}
