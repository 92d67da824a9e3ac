package dev.caravan.observe.files;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What metadata tells of an answer, in whichever dialect it is.
 *
 * @param finishReason in the dialect's own word, null when it does not say
 * @param reasoning the thinking that was shown, null when there was none
 */
record AnswerSummary(@Nullable String finishReason, @Nullable String reasoning) {
  static final AnswerSummary NONE = new AnswerSummary(null, null);

  static AnswerSummary of(JsonNode answer) {
    StringBuilder thinking = new StringBuilder();
    JsonNode choice = answer.path("choices").path(0);
    JsonNode message = choice.path("message");
    add(thinking, message.path("reasoning_content"));
    if (thinking.isEmpty()) {
      add(thinking, message.path("reasoning"));
    }
    for (JsonNode block : answer.path("content")) {
      add(thinking, block.path("thinking"));
    }
    for (JsonNode item : answer.path("output")) {
      if (item.path("type").asText("").equals("reasoning")) {
        item.path("summary").forEach(part -> add(thinking, part.path("text")));
      }
    }
    JsonNode candidate = answer.path("candidates").path(0);
    for (JsonNode part : candidate.path("content").path("parts")) {
      if (part.path("thought").asBoolean(false)) {
        add(thinking, part.path("text"));
      }
    }
    return new AnswerSummary(
        firstText(
            choice.path("finish_reason"),
            answer.path("stop_reason"),
            candidate.path("finishReason"),
            answer.path("object").asText("").equals("response")
                ? answer.path("status")
                : answer.path("")),
        thinking.isEmpty() ? null : thinking.toString());
  }

  private static void add(StringBuilder to, JsonNode text) {
    if (text.isTextual()) {
      to.append(text.asText());
    }
  }

  private static @Nullable String firstText(JsonNode... places) {
    for (JsonNode place : places) {
      if (place.isTextual()) {
        return place.asText();
      }
    }
    return null;
  }
}
