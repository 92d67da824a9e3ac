package dev.caravan.dialect.anthropic;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the tools of a messages request and the choice among them. */
final class ToolReader {
  private ToolReader() {}

  static void tools(JsonReader json, Conversation.Builder into) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        into.tools.add(tool(json, into));
      } else {
        json.skip();
      }
    }
  }

  private static Tool tool(JsonReader json, Conversation.Builder into) throws IOException {
    int start = json.tokenStart();
    String type = "";
    String name = "";
    JsonText description = null;
    Raw schema = null;
    Raw cache = null;
    Boolean strict = null;
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> type = orEmpty(json.string());
        case "name" -> name = orEmpty(json.string());
        case "description" -> description = json.text();
        case "input_schema" -> schema = json.raw();
        case "cache_control" -> {
          cache = json.raw();
          into.saw(Feature.CACHE_MARK);
        }
        case "strict" -> {
          strict = json.isTrue() ? Boolean.TRUE : null;
          json.skip();
        }
        default -> json.skip();
      }
    }
    if (!type.isEmpty() && !type.equals("custom")) {
      into.saw(Feature.HOSTED_TOOL);
      return new Tool.Hosted(
          AnthropicMessages.NAME, type, new Raw(json.bytes(), start, json.tokenEnd()));
    }
    into.saw(Feature.TOOLS);
    if (strict != null) {
      into.saw(Feature.STRICT_TOOL);
    }
    return new Tool.Function(name, description, schema, strict, cache);
  }

  static void choice(JsonReader json, Conversation.Builder into) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    String type = "";
    String name = "";
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> type = orEmpty(json.string());
        case "name" -> name = orEmpty(json.string());
        case "disable_parallel_tool_use" -> {
          if (json.isTrue()) {
            into.parallelCalls = false;
            into.saw(Feature.PARALLEL_TOOL_CALLS);
          }
          json.skip();
        }
        default -> json.skip();
      }
    }
    into.choice =
        switch (type) {
          case "any" -> new ToolChoice.Required();
          case "none" -> new ToolChoice.None();
          case "tool" -> new ToolChoice.Named(name);
          default -> new ToolChoice.Auto();
        };
    into.saw(Feature.TOOL_CHOICE);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
