package dev.caravan.observe.files;

import com.fasterxml.jackson.databind.JsonNode;

/** Events of the responses API: the last ones hold all that there is so far. */
final class ResponsesAssembly extends Assembly {
  private JsonNode response = NODES.nullNode();

  @Override
  void add(JsonNode event) {
    JsonNode whole = event.get("response");
    if (whole != null && whole.isObject()) {
      response = whole;
    }
  }

  @Override
  JsonNode answer() {
    return response;
  }
}
