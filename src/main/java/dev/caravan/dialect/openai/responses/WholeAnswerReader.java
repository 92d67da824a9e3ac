package dev.caravan.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole answer into the hub (providers.md 13.4). */
final class WholeAnswerReader {
  private WholeAnswerReader() {}

  static Answer read(byte[] body, ToolNames names) throws IOException {
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw new IOException("an answer is an object");
      }
      String id = null;
      List<Block> blocks = new ArrayList<>();
      Usage usage = Usage.NONE;
      String status = "completed";
      String why = "";
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "id" -> id = json.string();
          case "output" -> items(json, names, blocks);
          case "usage" -> usage = UsageReader.read(json);
          case "status" -> status = ConversationReader.orEmpty(json.string());
          case "incomplete_details" -> why = reason(json);
          default -> json.skip();
        }
      }
      boolean called = blocks.stream().anyMatch(block -> block instanceof Block.ToolCall);
      Finish finish =
          status.equals("incomplete") ? cut(why) : called ? Finish.TOOL_CALLS : Finish.STOP;
      return new Answer(id, blocks, finish, null, usage);
    }
  }

  /** Why an answer is not complete. */
  static Finish cut(String reason) {
    return switch (reason) {
      case "content_filter" -> Finish.REFUSED;
      case "max_output_tokens", "max_tokens" -> Finish.LENGTH;
      default -> Finish.STOP;
    };
  }

  /** The reader stands on {@code incomplete_details}. */
  static String reason(JsonReader json) throws IOException {
    String reason = "";
    if (!json.isObject()) {
      json.skip();
      return reason;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("reason")) {
        reason = ConversationReader.orEmpty(json.string());
      } else {
        json.skip();
      }
    }
    return reason;
  }

  private static void items(JsonReader json, ToolNames names, List<Block> into) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        into.addAll(OutputItem.read(json.raw()).blocks(names));
      } else {
        json.skip();
      }
    }
  }
}
