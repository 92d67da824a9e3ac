package dev.caravan.mock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.mock.Answer.UsagePlace;
import io.vertx.core.buffer.Buffer;

/** An answer in one piece. */
final class PlainAnswer {
  private PlainAnswer() {}

  static Buffer body(String id, long created, String model, Answer answer, Lines lines) {
    var json = new StringBuilder(512 + lines.text().length());
    json.append("{\"id\":\"").append(id).append("\",\"object\":\"chat.completion\",\"created\":");
    json.append(created).append(",\"model\":").append(Json.quoted(model));
    json.append(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",");
    if (answer.reasoning() > 0) {
      String reasoning = Lines.reasoningText(answer.reasoning());
      json.append("\"reasoning_content\":").append(Json.quoted(reasoning)).append(',');
    }
    if (lines.calls().isEmpty()) {
      json.append("\"content\":").append(Json.quoted(lines.text()));
    } else {
      json.append("\"content\":null,\"tool_calls\":[");
      json.append(String.join(",", lines.calls())).append(']');
    }
    json.append(",\"refusal\":null},\"logprobs\":null,\"finish_reason\":");
    json.append(Json.quoted(finishReason(answer, lines))).append("}]");
    if (answer.ending().usage() != UsagePlace.NOWHERE) {
      json.append(",\"usage\":").append(counts(answer, lines).json());
    }
    json.append(",\"system_fingerprint\":\"fp_mock\"}");
    return Buffer.buffer(json.toString().getBytes(UTF_8));
  }

  /** The reason of the last chunk too. */
  static String finishReason(Answer answer, Lines lines) {
    return lines.calls().isEmpty() ? answer.ending().finish() : "tool_calls";
  }

  // About four characters make a token.
  static TokenCounts counts(Answer answer, Lines lines) {
    int said = String.join("", lines.calls()).length() + lines.text().length();
    int reasoning = answer.reasoning();
    return new TokenCounts(answer.ending().cached(), (said + 3) / 4 + reasoning, reasoning);
  }
}
