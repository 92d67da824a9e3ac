package dev.caravan.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Writes a whole answer as a stream: one chunk with everything in it, one with the finish reasons,
 * the usage when it is wanted, and the end mark.
 */
final class AnswerAsStream {
  private static final ObjectMapper JSON = new ObjectMapper(JsonBytes.FACTORY);
  private static final byte[] END = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private AnswerAsStream() {}

  static byte[] write(byte[] answer, boolean withUsage) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(answer.length + 512);
      ObjectNode whole = (ObjectNode) JSON.readTree(answer);
      JsonNode usage = whole.remove("usage");
      JsonNode choices = whole.path("choices");
      whole.remove("choices");
      whole.put("object", "chat.completion.chunk");
      ArrayNode contents = JSON.createArrayNode();
      ArrayNode ends = JSON.createArrayNode();
      choices.forEach(choice -> split(choice, contents, ends));
      event(out, whole, contents);
      event(out, whole, ends);
      if (withUsage && usage != null) {
        event(out, whole.deepCopy().set("usage", usage), JSON.createArrayNode());
      }
      out.write(END);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void split(JsonNode choice, ArrayNode contents, ArrayNode ends) {
    if (choice instanceof ObjectNode object) {
      ObjectNode end = JSON.createObjectNode();
      end.put("index", object.path("index").asInt(ends.size()));
      end.set("delta", JSON.createObjectNode());
      end.put("finish_reason", object.path("finish_reason").asText("stop"));
      ObjectNode content = object.deepCopy();
      content.put("index", end.path("index").asInt());
      content.putNull("finish_reason");
      ends.add(end);
      if (content.remove("message") instanceof ObjectNode message) {
        number(message.path("tool_calls"));
        content.set("delta", message);
      }
      contents.add(content);
    }
  }

  /** In a stream each tool call says which one it is. */
  private static void number(JsonNode toolCalls) {
    for (int i = 0; i < toolCalls.size(); i++) {
      if (toolCalls.get(i) instanceof ObjectNode call && !call.has("index")) {
        call.put("index", i);
      }
    }
  }

  private static void event(ByteArrayOutputStream out, ObjectNode frame, ArrayNode choices)
      throws IOException {
    ObjectNode chunk = frame.deepCopy();
    chunk.set("choices", choices);
    out.write("data: ".getBytes(StandardCharsets.US_ASCII));
    out.write(JSON.writeValueAsBytes(chunk));
    out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
  }
}
