package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What a transform does to one stream, where it has to remember something from event to event: it
 * may hold events back, join them and add some. Made for each stream; not thread-safe.
 */
public interface StreamChange {

  /**
   * Whether it wants to see an event; what it does not want passes as it came. Asked of every
   * event, so it only looks at bytes.
   *
   * @param json array that holds the event's data, from {@code start} to before {@code end}
   */
  default boolean wants(byte[] json, int start, int end) {
    return true;
  }

  /**
   * Takes an event that it wants.
   *
   * @param event its data; may be changed and returned
   * @return what stands in its place, in order; none when it is held back or left out
   */
  List<ObjectNode> event(ObjectNode event);

  /**
   * What the events so far have told that other providers, or this one at other times, tell by
   * headers; by their names in lower case.
   */
  default Map<String, String> headers() {
    return Map.of();
  }

  /** What has been held back, when the stream ends or its end mark comes. */
  default List<ObjectNode> end() {
    return List.of();
  }
}
