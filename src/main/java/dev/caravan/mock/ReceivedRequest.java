package dev.caravan.mock;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A request as the mock received it.
 *
 * @param method of HTTP
 * @param path with its query
 * @param headers in the order and spelling in which they came
 * @param body bytes, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record ReceivedRequest(
    String method, String path, Map<String, List<String>> headers, byte[] body) {

  /** All values of a header, whatever the case of its name; empty when it was not sent. */
  public List<String> header(String name) {
    return headers.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
