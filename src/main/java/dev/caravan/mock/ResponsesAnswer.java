package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.mock.Answer.UsagePlace;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** An answer of OpenAI's responses dialect in one piece, and the pieces that streams share. */
final class ResponsesAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResponsesAnswer() {}

  static Buffer body(String id, long created, String model, Answer answer, Lines lines) {
    ObjectNode response = head(id, created, model);
    ArrayNode output = JSON.createArrayNode();
    if (answer.reasoning() > 0) {
      output.add(whole("reasoning", output.size(), Lines.reasoningText(answer.reasoning())));
    }
    for (String call : lines.calls()) {
      JsonNode said = tree(call);
      ObjectNode item = item("function_call", output.size());
      item.put("call_id", said.path("id").asText());
      item.put("name", said.at("/function/name").asText());
      complete(item, said.at("/function/arguments").asText());
      output.add(item);
    }
    if (lines.calls().isEmpty() && !lines.text().isEmpty()) {
      output.add(whole("message", output.size(), lines.text()));
    }
    boolean counted = answer.ending().usage() != UsagePlace.NOWHERE;
    end(
        response,
        output,
        answer.ending().finish(),
        counted ? PlainAnswer.counts(answer, lines) : null);
    return Buffer.buffer(response.toString());
  }

  /** A conversation in fewer words, which only the provider can read. */
  static Buffer compacted(String id, long created) {
    ObjectNode answer = JSON.createObjectNode().put("id", id).put("object", "response.compaction");
    answer.put("created_at", created);
    ObjectNode item = answer.putArray("output").addObject();
    item.put("id", "cmp_0").put("type", "compaction").put("encrypted_content", "gAAAAcmp_0");
    ObjectNode usage = answer.putObject("usage").put("input_tokens", TokenCounts.PROMPT);
    usage.putObject("input_tokens_details").put("cached_tokens", 0);
    usage.put("output_tokens", 5).putObject("output_tokens_details").put("reasoning_tokens", 0);
    usage.put("total_tokens", TokenCounts.PROMPT + 5);
    return Buffer.buffer(answer.toString());
  }

  static ObjectNode head(String id, long created, String model) {
    ObjectNode head = JSON.createObjectNode().put("id", id).put("object", "response");
    head.put("created_at", created).put("status", "completed").put("background", false);
    head.putNull("error").putNull("incomplete_details").putNull("instructions");
    head.put("model", model).put("parallel_tool_calls", true).put("tool_choice", "auto");
    head.putArray("output");
    head.putArray("tools");
    head.putObject("metadata");
    return head.putNull("temperature").putNull("top_p").putNull("usage");
  }

  /** An item that is begun. */
  static ObjectNode item(String type, int index) {
    ObjectNode item = JSON.createObjectNode();
    switch (type) {
      case "message" -> {
        item.put("id", "msg_" + index).put("type", type).put("status", "in_progress");
        item.put("role", "assistant").putArray("content");
      }
      case "reasoning" -> item.put("id", "rs_" + index).put("type", type).putArray("summary");
      default -> item.put("id", "fc_" + index).put("type", type).put("status", "in_progress");
    }
    return item;
  }

  static ObjectNode part(String type, String text) {
    if (type.equals("reasoning")) {
      return JSON.createObjectNode().put("type", "summary_text").put("text", text);
    }
    ObjectNode part = JSON.createObjectNode().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  private static ObjectNode whole(String type, int index, String text) {
    ObjectNode item = item(type, index);
    complete(item, text);
    return item;
  }

  /** Makes an item whole. */
  static void complete(ObjectNode item, String text) {
    switch (item.path("type").asText()) {
      case "message" -> {
        item.put("status", "completed").putArray("content").add(part("message", text));
      }
      case "reasoning" -> {
        item.putArray("summary").add(part("reasoning", text));
        item.put("encrypted_content", "gAAAA" + item.path("id").asText());
      }
      default -> item.put("status", "completed").put("arguments", text);
    }
  }

  static void end(
      ObjectNode response, ArrayNode output, String reason, @Nullable TokenCounts counts) {
    String cut =
        switch (reason) {
          case "length" -> "max_output_tokens";
          case "content_filter" -> "content_filter";
          default -> "";
        };
    response.put("status", cut.isEmpty() ? "completed" : "incomplete").set("output", output);
    if (!cut.isEmpty()) {
      response.putObject("incomplete_details").put("reason", cut);
    }
    if (counts != null) {
      ObjectNode usage = response.putObject("usage").put("input_tokens", TokenCounts.PROMPT);
      usage.putObject("input_tokens_details").put("cached_tokens", counts.cached());
      usage.put("output_tokens", counts.completion());
      usage.putObject("output_tokens_details").put("reasoning_tokens", counts.reasoning());
      usage.put("total_tokens", TokenCounts.PROMPT + counts.completion());
    }
  }

  /** What a failed response says: its own code, and the words of the refusal. */
  static ObjectNode error(Refusal refusal) {
    JsonNode said = tree(refusal.body()).path("error");
    String code = said.path("code").asText("");
    return JSON.createObjectNode()
        .put("code", code.isEmpty() || code.equals("null") ? said.path("type").asText() : code)
        .put("message", said.path("message").asText());
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
