package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the tools of a chat request and the choice among them. */
final class ToolReader {
  private String type = "";
  private String name = "";
  private String mode = "";
  private @Nullable JsonText description;
  private @Nullable Raw schema;
  private @Nullable Raw format;
  private @Nullable Raw cache;
  private @Nullable Boolean strict;
  private final List<String> allowed = new ArrayList<>(2);

  private ToolReader() {}

  static void tools(JsonReader json, Conversation.Builder into) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        Raw raw = json.raw();
        tool(raw, read(raw), into);
      } else {
        json.skip();
      }
    }
  }

  /** The older form, without a wrapper. */
  static void functions(JsonReader json, Conversation.Builder into) throws IOException {
    tools(json, into);
  }

  private static void tool(Raw raw, ToolReader read, Conversation.Builder into) {
    switch (read.type) {
      case "function", "" -> {
        into.saw(Feature.TOOLS);
        if (read.strict != null) {
          into.saw(Feature.STRICT_TOOL);
        }
        if (read.cache != null) {
          into.saw(Feature.CACHE_MARK);
        }
        into.tools.add(
            new Tool.Function(read.name, read.description, read.schema, read.strict, read.cache));
      }
      case "custom" -> {
        into.saw(Feature.CUSTOM_TOOL);
        into.tools.add(new Tool.Custom(read.name, read.description, read.format));
      }
      default -> {
        into.saw(Feature.HOSTED_TOOL);
        into.tools.add(new Tool.Hosted(OpenAiChat.NAME, read.type, raw));
      }
    }
  }

  static void choice(JsonReader json, Conversation.Builder into) throws IOException {
    if (json.isString()) {
      into.choice =
          switch (json.string()) {
            case "none" -> new ToolChoice.None();
            case "required", "any" -> new ToolChoice.Required();
            case null, default -> new ToolChoice.Auto();
          };
      into.saw(Feature.TOOL_CHOICE);
    } else if (json.isObject()) {
      ToolReader read = read(json.raw());
      if (!read.allowed.isEmpty()) {
        into.choice = new ToolChoice.Allowed(read.allowed, read.mode.equals("required"));
        into.saw(Feature.ALLOWED_TOOLS);
      } else if (!read.name.isEmpty()) {
        into.choice = new ToolChoice.Named(read.name);
        into.saw(Feature.TOOL_CHOICE);
      }
    } else {
      json.skip();
    }
  }

  private static ToolReader read(Raw raw) throws IOException {
    ToolReader reader = new ToolReader();
    try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      json.next();
      reader.members(json);
    }
    return reader;
  }

  private void members(JsonReader json) throws IOException {
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> type = orEmpty(json.string());
        case "name" -> name = orEmpty(json.string());
        case "mode" -> mode = orEmpty(json.string());
        case "description" -> description = json.text();
        case "parameters" -> schema = json.raw();
        case "format" -> format = json.raw();
        case "cache_control" -> cache = json.raw();
        case "strict" -> {
          strict = json.isTrue() ? Boolean.TRUE : json.isFalse() ? Boolean.FALSE : null;
          json.skip();
        }
        case "function", "custom", "allowed_tools" -> {
          if (json.isObject()) {
            members(json);
          } else {
            json.skip();
          }
        }
        case "tools" -> allowed(json);
        default -> json.skip();
      }
    }
  }

  private void allowed(JsonReader json) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        allowed.add(read(json.raw()).name);
      } else {
        json.skip();
      }
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
