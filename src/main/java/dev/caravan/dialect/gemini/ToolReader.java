package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads {@code tools} and {@code toolConfig}. */
final class ToolReader {
  private ToolReader() {}

  static void tools(JsonReader json, Conversation.Builder into) throws IOException {
    if (json.isObject()) {
      tool(json, into);
    } else if (json.isArray()) {
      while (json.nextElement()) {
        if (json.isObject()) {
          tool(json, into);
        } else {
          json.skip();
        }
      }
    } else {
      json.skip();
    }
  }

  /** One of them may hold functions and tools that the provider runs, beside each other. */
  private static void tool(JsonReader json, Conversation.Builder into) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      String kind = Spelling.camel(name);
      if (kind.equals("functionDeclarations")) {
        functions(json, into);
      } else if (json.isNull()) {
        json.skip();
      } else {
        JsonWriter own = new JsonWriter(64);
        own.beginObject().member(kind, json.raw()).endObject();
        into.saw(Feature.HOSTED_TOOL);
        into.tools.add(new Tool.Hosted(Gemini.NAME, kind, Raw.of(own.toBytes())));
      }
    }
  }

  private static void functions(JsonReader json, Conversation.Builder into) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        Tool function = function(json);
        if (function != null) {
          into.tools.add(function);
          into.saw(Feature.TOOLS);
        }
      } else {
        json.skip();
      }
    }
  }

  private static @Nullable Tool function(JsonReader json) throws IOException {
    String called = "";
    JsonText description = null;
    Raw schema = null;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (Spelling.camel(name)) {
        case "name" -> {
          String said = json.string();
          called = said == null ? "" : said;
        }
        case "description" -> description = json.text();
        case "parameters" -> {
          Raw said = json.raw();
          if (said.isObject() && schema == null) {
            schema = Schemas.fromGoogle(said);
          }
        }
        case "parametersJsonSchema" -> {
          Raw said = json.raw();
          schema = said.isObject() ? said : schema;
        }
        default -> json.skip();
      }
    }
    return called.isEmpty() ? null : new Tool.Function(called, description, schema, null, null);
  }

  /** With several functions allowed, the others are left out (http-api.md 9.2). */
  static void choice(Raw config, Conversation.Builder into) throws IOException {
    if (!config.isObject()) {
      return;
    }
    String mode = "";
    List<String> allowed = new ArrayList<>();
    try (JsonReader json = new JsonReader(config.bytes(), config.start(), config.end())) {
      json.next();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (!Spelling.camel(name).equals("functionCallingConfig") || !json.isObject()) {
          json.skip();
          continue;
        }
        for (String inner = json.nextMember(); inner != null; inner = json.nextMember()) {
          switch (Spelling.camel(inner)) {
            case "mode" -> {
              String said = json.string();
              mode = said == null ? "" : said.toUpperCase(Locale.ROOT);
            }
            case "allowedFunctionNames" -> names(json, allowed);
            default -> json.skip();
          }
        }
      }
    }
    ToolChoice choice =
        switch (mode) {
          case "NONE" -> new ToolChoice.None();
          case "AUTO", "VALIDATED" -> new ToolChoice.Auto();
          case "ANY" ->
              allowed.size() == 1
                  ? new ToolChoice.Named(allowed.getFirst())
                  : new ToolChoice.Required();
          default -> null;
        };
    if (choice == null) {
      return;
    }
    into.choice = choice;
    into.saw(Feature.TOOL_CHOICE);
    if (allowed.size() > 1) {
      into.tools.removeIf(
          tool -> tool instanceof Tool.Function function && !allowed.contains(function.name()));
    }
  }

  private static void names(JsonReader json, List<String> into) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      String name = json.string();
      if (name != null) {
        into.add(name);
      }
    }
  }
}
