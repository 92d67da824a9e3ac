package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of a stream of OpenAI's responses dialect. */
final class ResponsesChunks implements Chunks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode response;
  private final Answer.Ending ending;
  private final List<ObjectNode> done = new ArrayList<>();
  private final StringBuilder said = new StringBuilder();
  private @Nullable ObjectNode open;
  private String kind = "";
  private int number;
  private String reason = "stop";
  private @Nullable TokenCounts counts;
  private @Nullable ObjectNode event;

  ResponsesChunks(String id, long created, String model, Answer.Ending ending) {
    this.ending = ending;
    response = ResponsesAnswer.head(id, created, model);
  }

  @Override
  public Buffer role() {
    Buffer out = Buffer.buffer();
    response.put("status", "in_progress").set("output", JSON.createArrayNode());
    for (String type : List.of("response.created", "response.in_progress")) {
      event(out, type).set("response", response);
      end(out);
      if (ending.toldInStream() && type.equals("response.created")) {
        String limits = CodexDesk.rateLimits(ending.used());
        out.appendString("event: codex.rate_limits\ndata: " + limits + "\n\n");
      }
    }
    return out;
  }

  private ObjectNode event(Buffer out, String type) {
    ObjectNode next = JSON.createObjectNode().put("type", type).put("sequence_number", number++);
    out.appendString("event: " + type + "\ndata: ");
    event = next;
    return next;
  }

  private void end(Buffer out) {
    out.appendString(String.valueOf(event)).appendString("\n\n");
  }

  @Override
  public Buffer delta(byte[] delta) {
    Buffer out = Buffer.buffer();
    try {
      JsonNode said = JSON.readTree(delta);
      if (said.has("reasoning_content")) {
        text(out, "reasoning", said.path("reasoning_content").asText());
      } else if (said.has("content")) {
        text(out, "message", said.path("content").asText());
      }
      for (JsonNode call : said.path("tool_calls")) {
        call(out, call);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }

  private void text(Buffer out, String type, String text) {
    if (!kind.equals(type)) {
      close(out);
      begin(out, ResponsesAnswer.item(type, done.size()));
      boolean thought = type.equals("reasoning");
      ObjectNode added =
          of(
              out,
              thought ? "response.reasoning_summary_part.added" : "response.content_part.added");
      added.put(thought ? "summary_index" : "content_index", 0);
      added.set("part", ResponsesAnswer.part(type, ""));
      end(out);
    }
    said.append(text);
    boolean thought = type.equals("reasoning");
    ObjectNode more =
        of(out, thought ? "response.reasoning_summary_text.delta" : "response.output_text.delta");
    more.put(thought ? "summary_index" : "content_index", 0).put("delta", text);
    end(out);
  }

  private void call(Buffer out, JsonNode call) {
    if (call.has("id")) {
      close(out);
      ObjectNode item = ResponsesAnswer.item("function_call", done.size());
      item.put("call_id", call.path("id").asText()).put("arguments", "");
      item.put("name", call.at("/function/name").asText());
      begin(out, item);
    }
    String arguments = call.at("/function/arguments").asText("");
    if (!arguments.isEmpty()) {
      said.append(arguments);
      of(out, "response.function_call_arguments.delta").put("delta", arguments);
      end(out);
    }
  }

  private void begin(Buffer out, ObjectNode item) {
    open = item;
    kind = item.path("type").asText();
    event(out, "response.output_item.added").put("output_index", done.size()).set("item", item);
    end(out);
  }

  private ObjectNode of(Buffer out, String type) {
    ObjectNode item = open;
    return event(out, type)
        .put("item_id", item == null ? "" : item.path("id").asText())
        .put("output_index", done.size());
  }

  private void close(Buffer out) {
    ObjectNode item = open;
    if (item == null) {
      return;
    }
    String text = said.toString();
    switch (kind) {
      case "message" -> {
        of(out, "response.output_text.done").put("content_index", 0).put("text", text);
        end(out);
        of(out, "response.content_part.done")
            .put("content_index", 0)
            .set("part", ResponsesAnswer.part(kind, text));
        end(out);
      }
      case "reasoning" -> {
        of(out, "response.reasoning_summary_text.done").put("summary_index", 0).put("text", text);
        end(out);
        of(out, "response.reasoning_summary_part.done")
            .put("summary_index", 0)
            .set("part", ResponsesAnswer.part(kind, text));
        end(out);
      }
      default -> {
        of(out, "response.function_call_arguments.done").put("arguments", text);
        end(out);
      }
    }
    ResponsesAnswer.complete(item, text);
    event(out, "response.output_item.done").put("output_index", done.size()).set("item", item);
    end(out);
    done.add(item);
    open = null;
    kind = "";
    said.setLength(0);
  }

  @Override
  public Buffer finish(String why) {
    reason = why;
    Buffer out = Buffer.buffer();
    close(out);
    return out;
  }

  @Override
  public Buffer finish(String why, TokenCounts said) {
    counts = said;
    return finish(why);
  }

  @Override
  public Buffer usageOnly(TokenCounts said) {
    counts = said;
    return Buffer.buffer();
  }

  @Override
  public Buffer error(Refusal refusal) {
    Buffer out = Buffer.buffer();
    ObjectNode failed = response.deepCopy().put("status", "failed");
    ObjectNode error = ResponsesAnswer.error(refusal);
    if (ending.toldInStream() && refusal.status() == 503) {
      error.put("code", "server_is_overloaded");
    }
    failed.set("error", error);
    event(out, "response.failed").set("response", failed);
    end(out);
    return out;
  }

  @Override
  public Buffer done() {
    Buffer out = Buffer.buffer();
    ArrayNode output = JSON.createArrayNode();
    if (!ending.bare()) {
      done.forEach(output::add);
    }
    ResponsesAnswer.end(response, output, reason, counts);
    boolean cut = response.path("status").asText().equals("incomplete");
    event(out, cut ? "response.incomplete" : "response.completed").set("response", response);
    end(out);
    return out;
  }
}
