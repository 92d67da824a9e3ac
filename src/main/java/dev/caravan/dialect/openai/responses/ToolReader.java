package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the tools of a request: those of {@code tools} first, then those that come among the
 * items; of two with one name the first counts (http-api.md 7.2).
 */
final class ToolReader {
  private final Conversation.Builder into;
  private final List<Tool> first = new ArrayList<>();
  private final List<Tool> later = new ArrayList<>();
  private final Map<String, Memo.Qualified> namespaces = new HashMap<>(0);
  private final Set<String> custom = new HashSet<>(0);

  /** A declaration, or a choice. */
  private static final class Declared {
    String type = "";
    String name = "";
    String namespace = "";
    String mode = "";
    @Nullable JsonText description;
    @Nullable Raw schema;
    @Nullable Raw format;
    @Nullable Raw tools;
    @Nullable Boolean strict;

    static Declared read(Raw raw) throws IOException {
      Declared read = new Declared();
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        read.members(json);
      }
      return read;
    }

    private void members(JsonReader json) throws IOException {
      for (String member = json.nextMember(); member != null; member = json.nextMember()) {
        switch (member) {
          case "type" -> type = ConversationReader.orEmpty(json.string());
          case "name" -> name = ConversationReader.orEmpty(json.string());
          case "namespace" -> namespace = ConversationReader.orEmpty(json.string());
          case "mode" -> mode = ConversationReader.orEmpty(json.string());
          case "description" -> description = json.text();
          case "parameters", "parametersJsonSchema", "input_schema" -> schema = json.raw();
          case "format" -> format = json.raw();
          case "tools" -> tools = json.raw();
          case "strict" -> {
            strict = json.isTrue() ? Boolean.TRUE : json.isFalse() ? Boolean.FALSE : null;
            json.skip();
          }
          case "function", "custom" -> {
            if (json.isObject()) {
              members(json);
            } else {
              json.skip();
            }
          }
          default -> json.skip();
        }
      }
    }
  }

  ToolReader(Conversation.Builder into) {
    this.into = into;
  }

  Map<String, Memo.Qualified> namespaces() {
    return namespaces;
  }

  Set<String> custom() {
    return custom;
  }

  /**
   * Reads declarations.
   *
   * @param among whether they came among the items
   */
  void read(Raw array, boolean among) throws IOException {
    each(array, raw -> declared(raw, "", among ? later : first));
  }

  private interface Each {
    void read(Raw raw) throws IOException;
  }

  private static void each(@Nullable Raw array, Each each) throws IOException {
    if (array == null || !array.isArray()) {
      return;
    }
    try (JsonReader json = new JsonReader(array.bytes(), array.start(), array.end())) {
      json.next();
      while (json.nextElement()) {
        if (json.isObject()) {
          each.read(json.raw());
        } else {
          json.skip();
        }
      }
    }
  }

  private void declared(Raw raw, String namespace, List<Tool> to) throws IOException {
    Declared tool = Declared.read(raw);
    String name = Memo.Qualified.joined(namespace, tool.name);
    switch (tool.type) {
      case "function", "" -> {
        to.add(new Tool.Function(name, tool.description, tool.schema, tool.strict, null));
        qualify(name, namespace, tool.name);
      }
      case "custom" -> {
        to.add(new Tool.Custom(name, tool.description, tool.format));
        qualify(name, namespace, tool.name);
      }
      case "namespace" -> each(tool.tools, child -> declared(child, tool.name, to));
      default -> to.add(new Tool.Hosted(OpenAiResponses.NAME, tool.type, raw));
    }
  }

  private void qualify(String joined, String namespace, String name) {
    if (!namespace.isEmpty()) {
      namespaces.putIfAbsent(joined, new Memo.Qualified(namespace, name));
    }
  }

  void addTo(Conversation.Builder builder) {
    Set<String> names = new HashSet<>();
    first.addAll(later);
    for (Tool tool : first) {
      switch (tool) {
        case Tool.Function function -> {
          if (!names.add(function.name())) {
            continue;
          }
          builder.saw(Feature.TOOLS);
          if (function.strict() != null) {
            builder.saw(Feature.STRICT_TOOL);
          }
        }
        case Tool.Custom free -> {
          if (!names.add(free.name())) {
            continue;
          }
          custom.add(free.name());
          builder.saw(Feature.CUSTOM_TOOL);
        }
        case Tool.Hosted hosted -> builder.saw(Feature.HOSTED_TOOL);
      }
      builder.tools.add(tool);
    }
  }

  void choice(Raw raw) throws IOException {
    if (raw.isString()) {
      into.choice =
          switch (raw.text().string()) {
            case "none" -> new ToolChoice.None();
            case "required", "any" -> new ToolChoice.Required();
            default -> new ToolChoice.Auto();
          };
      into.saw(Feature.TOOL_CHOICE);
    } else if (raw.isObject()) {
      Declared choice = Declared.read(raw);
      if (choice.type.equals("allowed_tools")) {
        List<String> names = new ArrayList<>();
        each(choice.tools, tool -> names.add(nameOf(Declared.read(tool))));
        into.choice = new ToolChoice.Allowed(names, choice.mode.equals("required"));
        into.saw(Feature.ALLOWED_TOOLS);
      } else if (!choice.name.isEmpty()) {
        into.choice = new ToolChoice.Named(nameOf(choice));
        into.saw(Feature.TOOL_CHOICE);
      }
    }
  }

  private static String nameOf(Declared tool) {
    return Memo.Qualified.joined(tool.namespace, tool.name);
  }
}
