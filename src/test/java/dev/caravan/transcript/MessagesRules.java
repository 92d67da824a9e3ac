package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The invariants of http-api.md 5.3. */
final class MessagesRules implements StreamRules {
  private static final ObjectMapper JSON = new ObjectMapper();

  private boolean started;
  private boolean stopped;
  private boolean failed;
  private String reason = "";
  private int blocks;
  private String open = "";
  private String call = "";
  private final StringBuilder arguments = new StringBuilder();
  private final Set<String> ids = new HashSet<>();
  private String lastArguments = "{}";
  private boolean calls;

  @Override
  public void check(String stream, String model) {
    boolean broken = stream.endsWith("(broken)\n");
    for (Event event : StreamRules.events(stream)) {
      assertThat(stopped).as("nothing follows message_stop").isFalse();
      assertThat(failed).as("nothing follows an error").isFalse();
      JsonNode json = event.json();
      String type = json.path("type").asText();
      assertThat(event.name()).as("event name is the type").isEqualTo(type);
      one(type, json, model);
    }
    if (broken || failed) {
      assertThat(stopped).as("a broken stream does not stop properly").isFalse();
      return;
    }
    assertThat(stopped).as("message_stop comes last").isTrue();
    if (!reason.equals("max_tokens")) {
      assertThat(isObject(lastArguments))
          .as("arguments of the last call: %s", lastArguments)
          .isTrue();
    }
    if (!Set.of("max_tokens", "refusal").contains(reason)) {
      assertThat(reason.equals("tool_use"))
          .as("tool_use if and only if a tool was called")
          .isEqualTo(calls);
    }
  }

  private void one(String type, JsonNode json, String model) {
    switch (type) {
      case "message_start" -> {
        assertThat(started).as("one message_start").isFalse();
        started = true;
        assertThat(json.at("/message/model").asText()).isEqualTo(model);
        assertThat(json.at("/message/id").asText()).isNotEmpty();
        counts(json.at("/message/usage"), List.of("input_tokens", "output_tokens"));
      }
      case "ping" -> {}
      case "content_block_start" -> {
        assertThat(started).as("message_start is first").isTrue();
        assertThat(reason).as("no block after message_delta").isEmpty();
        assertThat(open).as("one block open at a time").isEmpty();
        assertThat(json.path("index").asInt(-1)).as("blocks without gaps").isEqualTo(blocks);
        start(json.path("content_block"));
      }
      case "content_block_delta" -> {
        assertThat(json.path("index").asInt(-1)).as("delta in its block").isEqualTo(blocks);
        delta(json.path("delta"));
      }
      case "content_block_stop" -> {
        assertThat(open).as("a block is open").isNotEmpty();
        assertThat(json.path("index").asInt(-1)).isEqualTo(blocks);
        stop();
      }
      case "message_delta" -> {
        assertThat(open).as("all blocks are closed").isEmpty();
        assertThat(reason).as("one message_delta").isEmpty();
        reason = json.at("/delta/stop_reason").asText();
        assertThat(json.at("/delta/stop_reason").isTextual()).as("stop_reason is told").isTrue();
        counts(json.path("usage"), List.of("output_tokens"));
      }
      case "message_stop" -> {
        assertThat(reason).as("message_delta before message_stop").isNotEmpty();
        stopped = true;
      }
      case "error" -> {
        assertThat(json.at("/error/type").asText()).isNotEmpty();
        failed = true;
      }
      default -> throw new AssertionError("an event that clients do not know: " + type);
    }
  }

  private void start(JsonNode block) {
    open = block.path("type").asText();
    if (open.equals("tool_use")) {
      calls = true;
      call = block.path("id").asText();
      assertThat(call).as("id of a call").matches("[A-Za-z0-9_-]+");
      assertThat(ids.add(call)).as("ids of calls differ").isTrue();
      assertThat(block.path("name").asText()).as("name of a call").isNotEmpty();
      arguments.setLength(0);
    }
  }

  private void delta(JsonNode delta) {
    String kind = delta.path("type").asText();
    assertThat(kind)
        .as("a delta fits its block")
        .isIn(
            switch (open) {
              case "text" -> List.of("text_delta", "citations_delta");
              case "thinking" -> List.of("thinking_delta", "signature_delta");
              case "tool_use" -> List.of("input_json_delta");
              default -> List.of();
            });
    if (kind.equals("input_json_delta")) {
      arguments.append(delta.path("partial_json").asText());
    }
  }

  private void stop() {
    if (open.equals("tool_use")) {
      if (!lastArguments.isEmpty()) {
        assertThat(isObject(lastArguments)).as("arguments: %s", lastArguments).isTrue();
      }
      lastArguments = arguments.isEmpty() ? "{}" : arguments.toString();
    }
    open = "";
    blocks++;
  }

  private static void counts(JsonNode usage, List<String> needed) {
    for (String name : needed) {
      assertThat(usage.path(name).isIntegralNumber()).as("%s is a number", name).isTrue();
    }
    usage.forEach(count -> assertThat(count.asLong()).isNotNegative());
  }

  private static boolean isObject(String text) {
    try {
      return JSON.readTree(text).isObject();
    } catch (IOException e) {
      return false;
    }
  }
}
