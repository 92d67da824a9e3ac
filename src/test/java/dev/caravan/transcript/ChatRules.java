package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What chat clients rely on (clients.md, http-api.md 3.4). */
final class ChatRules implements StreamRules {
  private String id = "";
  private boolean role;
  private boolean done;
  private boolean failed;
  private String reason = "";
  private int calls;
  private final Set<String> ids = new HashSet<>();

  @Override
  public void check(String stream, String model) {
    boolean broken = stream.endsWith("(broken)\n");
    List<Event> events = StreamRules.events(stream);
    for (Event event : events) {
      assertThat(done).as("nothing follows [DONE]").isFalse();
      assertThat(failed).as("nothing follows an error").isFalse();
      if (event.data().equals("[DONE]")) {
        done = true;
      } else {
        chunk(event.json(), model);
      }
    }
    if (broken || failed) {
      assertThat(done).as("a broken stream has no [DONE]").isFalse();
    } else {
      assertThat(done).as("[DONE] comes last").isTrue();
      assertThat(reason).as("one finish reason").isNotEmpty();
      if (!Set.of("length", "content_filter").contains(reason)) {
        assertThat(reason.equals("tool_calls")).isEqualTo(calls > 0);
      }
    }
  }

  private void chunk(JsonNode chunk, String model) {
    if (chunk.has("error")) {
      failed = true;
      return;
    }
    id = id.isEmpty() ? chunk.path("id").asText() : id;
    assertThat(chunk.path("id").asText()).as("one id for all chunks").isEqualTo(id).isNotEmpty();
    assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
    assertThat(chunk.path("model").asText()).isEqualTo(model);
    for (JsonNode choice : chunk.path("choices")) {
      assertThat(reason).as("no choice after the finish reason").isEmpty();
      delta(choice.path("delta"));
      if (!choice.path("finish_reason").isNull()) {
        reason = choice.path("finish_reason").asText();
      }
    }
    if (chunk.path("choices").isEmpty()) {
      assertThat(chunk.path("usage").isObject()).as("a chunk without choices tells usage").isTrue();
      assertThat(reason).as("usage after the finish reason").isNotEmpty();
    }
  }

  private void delta(JsonNode delta) {
    if (delta.has("role")) {
      assertThat(role).as("the role stands in the first delta only").isFalse();
      role = true;
    }
    assertThat(role).as("the role stands in the first delta").isTrue();
    for (JsonNode call : delta.path("tool_calls")) {
      int index = call.path("index").asInt(-1);
      if (index == calls) {
        calls++;
        assertThat(ids.add(call.path("id").asText())).as("ids of calls differ").isTrue();
        assertThat(call.path("id").asText()).isNotEmpty();
        assertThat(call.path("type").asText()).isEqualTo("function");
        assertThat(call.at("/function/name").asText()).as("name of a call").isNotEmpty();
      } else {
        assertThat(index).as("calls without gaps").isBetween(0, calls - 1);
        assertThat(call.has("id")).as("an id in the first delta of a call only").isFalse();
        assertThat(call.at("/function/name").isMissingNode()).isTrue();
      }
    }
  }
}
