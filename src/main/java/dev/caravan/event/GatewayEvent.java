package dev.caravan.event;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened.
 *
 * @param details what a route gets to see beside name and time: plain texts, numbers and booleans
 *     by name, no secrets. Asked for on the thread of the listener, once for each.
 */
public record GatewayEvent(
    EventKind kind, Instant at, Supplier<Map<String, @Nullable Object>> details) {

  /** As the body of a message, nulls left out. */
  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("event", kind.word());
    body.put("at", at.toString());
    details
        .get()
        .forEach(
            (name, value) -> {
              if (value != null) {
                body.put(name, value);
              }
            });
    return body;
  }
}
