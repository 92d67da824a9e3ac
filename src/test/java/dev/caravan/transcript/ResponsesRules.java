package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** What clients of the responses dialect rely on (clients.md, http-api.md 8). */
final class ResponsesRules implements StreamRules {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An item while it is open. */
  private static final class Item {
    final String id;
    final String type;
    final StringBuilder said = new StringBuilder();
    boolean part;
    boolean told;

    Item(JsonNode item) {
      id = item.path("id").asText();
      type = item.path("type").asText();
    }
  }

  private final Map<Integer, Item> open = new TreeMap<>();
  private final Map<Integer, JsonNode> done = new TreeMap<>();
  private final Set<String> ids = new HashSet<>();
  private int places;
  private String last = "";
  private boolean cut;

  @Override
  public void check(String stream, String model) {
    boolean broken = stream.endsWith("(broken)\n");
    List<Event> events = StreamRules.events(stream);
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      JsonNode json = event.json();
      String type = json.path("type").asText();
      assertThat(event.name()).as("event name is the type").isEqualTo(type);
      assertThat(isLast(last)).as("nothing follows %s", last).isFalse();
      assertThat(json.path("sequence_number").asInt(-1)).as("numbers without gaps").isEqualTo(i);
      if (i < 2) {
        assertThat(type).isIn("response.created", "response.in_progress", "error");
      }
      one(type, json, model);
      last = type;
    }
    if (broken || last.equals("error") || last.equals("response.failed")) {
      assertThat(last).isNotIn("response.completed", "response.incomplete");
      return;
    }
    assertThat(last).isIn("response.completed", "response.incomplete");
    assertThat(open).as("every item is done").isEmpty();
    assertThat(last.equals("response.incomplete")).as("an answer that was cut").isEqualTo(cut);
  }

  private static boolean isLast(String type) {
    return Set.of("response.completed", "response.incomplete", "response.failed", "error")
        .contains(type);
  }

  private void one(String type, JsonNode json, String model) {
    switch (type) {
      case "response.created", "response.in_progress" -> {
        assertThat(json.at("/response/model").asText()).isEqualTo(model);
        assertThat(json.at("/response/status").asText()).isEqualTo("in_progress");
        assertThat(json.at("/response/output").isEmpty()).isTrue();
      }
      case "response.output_item.added" -> added(json);
      case "response.content_part.added", "response.reasoning_summary_part.added" -> {
        Item item = item(json);
        assertThat(item.part).as("one part an item").isFalse();
        item.part = true;
      }
      case "response.output_text.delta" -> said(json, "message");
      case "response.reasoning_summary_text.delta" -> said(json, "reasoning");
      case "response.function_call_arguments.delta" -> said(json, "function_call");
      case "response.custom_tool_call_input.delta" -> said(json, "custom_tool_call");
      case "response.output_text.done", "response.reasoning_summary_text.done" ->
          told(json, "text");
      case "response.function_call_arguments.done" -> told(json, "arguments");
      case "response.custom_tool_call_input.done" -> told(json, "input");
      case "response.content_part.done", "response.reasoning_summary_part.done" ->
          assertThat(json.at("/part/text").asText()).isEqualTo(item(json).said.toString());
      case "response.output_item.done" -> done(json);
      case "response.completed", "response.incomplete" -> ended(type, json.path("response"), model);
      case "error" -> assertThat(json.path("message").asText()).isNotEmpty();
      case "response.failed" ->
          assertThat(json.at("/response/error/message").asText()).isNotEmpty();
      default -> throw new AssertionError("an event that clients do not know: " + type);
    }
  }

  private void added(JsonNode json) {
    int place = json.path("output_index").asInt(-1);
    assertThat(place).as("places in the order of appearance").isEqualTo(places++);
    Item item = new Item(json.path("item"));
    assertThat(ids.add(item.id)).as("ids of items differ").isTrue();
    assertThat(item.id).isNotEmpty();
    for (Item other : open.values()) {
      assertThat(other.type).as("only calls stay open").endsWith("_call");
    }
    if (item.type.endsWith("_tool_call") || item.type.equals("function_call")) {
      assertThat(json.at("/item/call_id").asText()).isNotEmpty();
      assertThat(json.at("/item/name").asText()).isNotEmpty();
    }
    open.put(place, item);
  }

  private Item item(JsonNode json) {
    Item item =
        Objects.requireNonNull(
            open.get(json.path("output_index").asInt(-1)),
            () -> "an item is added before its events: " + json);
    assertThat(json.path("item_id").asText()).isEqualTo(item.id);
    return item;
  }

  private void said(JsonNode json, String type) {
    Item item = item(json);
    assertThat(item.type).isEqualTo(type);
    assertThat(item.part).as("a part before its text").isEqualTo(!type.endsWith("_call"));
    assertThat(item.told).as("nothing is said after the end").isFalse();
    item.said.append(json.path("delta").asText());
  }

  private void told(JsonNode json, String member) {
    Item item = item(json);
    assertThat(json.path(member).asText()).as(member).isEqualTo(item.said.toString());
    item.told = true;
  }

  private void done(JsonNode json) {
    int place = json.path("output_index").asInt(-1);
    Item item = Objects.requireNonNull(open.remove(place), () -> "an item that is open: " + json);
    JsonNode whole = json.path("item");
    assertThat(whole.path("id").asText()).isEqualTo(item.id);
    String said = item.said.toString();
    switch (item.type) {
      case "message" -> assertThat(whole.at("/content/0/text").asText()).isEqualTo(said);
      case "reasoning" -> assertThat(whole.at("/summary/0/text").asText("")).isEqualTo(said);
      case "function_call" -> {
        assertThat(whole.path("arguments").asText()).isEqualTo(said);
        boolean incomplete = whole.path("status").asText().equals("incomplete");
        assertThat(incomplete || isObject(said)).as("arguments: %s", said).isTrue();
      }
      case "custom_tool_call" -> assertThat(whole.path("input").asText()).isEqualTo(said);
      default -> {}
    }
    done.put(place, whole);
  }

  private static boolean isObject(String text) {
    try {
      return JSON.readTree(text).isObject();
    } catch (IOException e) {
      return false;
    }
  }

  private void ended(String type, JsonNode response, String model) {
    assertThat(response.path("model").asText()).isEqualTo(model);
    assertThat(response.path("status").asText()).isEqualTo(type.substring("response.".length()));
    cut = response.path("incomplete_details").isObject();
    assertThat(response.path("output")).as("all items").containsExactlyElementsOf(done.values());
    JsonNode usage = response.path("usage");
    for (String count : List.of("input_tokens", "output_tokens", "total_tokens")) {
      assertThat(usage.path(count).isIntegralNumber()).as(count).isTrue();
      assertThat(usage.path(count).asLong()).isNotNegative();
    }
  }
}
