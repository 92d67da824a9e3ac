package dev.caravan.observe.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** Events of a format that nobody here knows, one after the other. */
final class EventList extends Assembly {
  private final ArrayNode events = NODES.arrayNode();

  @Override
  void add(JsonNode event) {
    events.add(event);
  }

  @Override
  JsonNode answer() {
    return events;
  }
}
