package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;

/** What Google's clients rely on (clients.md, http-api.md 9.4). */
final class GeminiRules implements StreamRules {
  private final Set<String> ids = new HashSet<>();
  private String responseId = "";
  private String reason = "";
  private boolean failed;

  @Override
  public void check(String stream, String model) {
    boolean broken = stream.endsWith("(broken)\n");
    for (Event event : StreamRules.events(stream)) {
      assertThat(event.name()).as("events have no names").isEmpty();
      assertThat(event.data()).as("there is no end mark").isNotEqualTo("[DONE]");
      assertThat(reason).as("nothing follows the finish reason").isEmpty();
      assertThat(failed).as("nothing follows an error").isFalse();
      chunk(event.json(), model);
    }
    if (broken || failed) {
      assertThat(reason).as("a broken stream has no finish reason").isEmpty();
    } else {
      assertThat(reason).as("a finish reason always").isNotEmpty();
    }
  }

  private void chunk(JsonNode chunk, String model) {
    if (chunk.has("error")) {
      assertThat(chunk.at("/error/code").isInt()).isTrue();
      assertThat(chunk.at("/error/status").asText()).isNotEmpty();
      failed = true;
      return;
    }
    assertThat(chunk.path("modelVersion").asText()).isEqualTo(model);
    responseId = responseId.isEmpty() ? chunk.path("responseId").asText() : responseId;
    assertThat(chunk.path("responseId").asText()).as("one id").isEqualTo(responseId).isNotEmpty();
    assertThat(chunk.path("candidates")).as("one candidate").hasSize(1);
    JsonNode candidate = chunk.at("/candidates/0");
    if (candidate.has("content")) {
      assertThat(candidate.at("/content/role").asText()).isEqualTo("model");
      assertThat(candidate.at("/content/parts")).as("no content without parts").isNotEmpty();
      candidate.at("/content/parts").forEach(part -> part(part, candidate.has("finishReason")));
    } else {
      assertThat(candidate.has("finishReason")).as("a chunk says something").isTrue();
    }
    if (candidate.has("finishReason")) {
      reason = candidate.path("finishReason").asText();
      usage(chunk.path("usageMetadata"));
    }
  }

  private void part(JsonNode part, boolean last) {
    if (part.has("text")) {
      assertThat(part.path("text").asText()).as("no part with an empty text").isNotEmpty();
    }
    if (part.has("functionCall")) {
      assertThat(last).as("calls come whole, in the last chunk").isTrue();
      assertThat(part.at("/functionCall/name").asText()).as("name of a call").isNotEmpty();
      assertThat(part.at("/functionCall/args").isObject()).as("args are an object").isTrue();
      assertThat(ids.add(part.at("/functionCall/id").asText())).as("ids of calls differ").isTrue();
    }
    if (part.has("thoughtSignature")) {
      Base64.getDecoder().decode(part.path("thoughtSignature").asText());
    }
  }

  private static void usage(JsonNode usage) {
    long sum =
        usage.path("promptTokenCount").asLong(-1)
            + usage.path("candidatesTokenCount").asLong(-1)
            + usage.path("thoughtsTokenCount").asLong(0);
    assertThat(usage.path("totalTokenCount").asLong()).as("total of the usage").isEqualTo(sum);
  }
}
