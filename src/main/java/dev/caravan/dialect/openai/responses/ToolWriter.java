package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes the tools of a request and the choice among them. */
final class ToolWriter {
  private static final Raw NO_ARGUMENTS = Raw.of("{\"type\":\"object\",\"properties\":{}}");

  private final Conversation conversation;
  private final Target target;
  private final JsonWriter out;

  ToolWriter(Conversation conversation, Target target, JsonWriter out) {
    this.conversation = conversation;
    this.target = target;
    this.out = out;
  }

  void write() {
    boolean any = false;
    for (Tool tool : conversation.tools()) {
      if (tool instanceof Tool.Hosted hosted && !hosted.dialect().equals(OpenAiResponses.NAME)) {
        continue;
      }
      if (!any) {
        out.name("tools").beginArray();
        any = true;
      }
      tool(tool);
    }
    if (any) {
      out.endArray();
      choice();
      if (conversation.parallelCalls() != null) {
        out.member("parallel_tool_calls", conversation.parallelCalls());
      }
    }
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function(var name, var description, var schema, var strict, var cache) -> {
        out.beginObject().member("type", "function").member("name", fitted(name));
        if (description != null) {
          out.member("description", description);
        }
        out.member("parameters", schema == null || !schema.isObject() ? NO_ARGUMENTS : schema);
        // here a tool is strict when nothing is said, which nearly no schema is made for
        out.member("strict", Boolean.TRUE.equals(strict)).endObject();
      }
      case Tool.Custom(var name, var description, var format) -> {
        out.beginObject().member("type", "custom").member("name", fitted(name));
        if (description != null) {
          out.member("description", description);
        }
        if (format != null && format.isObject()) {
          format(format);
        }
        out.endObject();
      }
      case Tool.Hosted hosted -> out.raw(hosted.raw());
    }
  }

  /** Chat has the grammar in an object of its own, here its members stand beside the type. */
  private void format(Raw format) {
    out.name("format").beginObject();
    members(format);
    out.endObject();
  }

  private void members(Raw object) {
    try (JsonReader json = new JsonReader(object.bytes(), object.start(), object.end())) {
      json.next();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        Raw value = json.raw();
        if (name.equals("grammar") && value.isObject()) {
          members(value);
        } else {
          out.member(name, value);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void choice() {
    switch (conversation.choice()) {
      case null -> {}
      case ToolChoice.Auto() -> out.member("tool_choice", "auto");
      case ToolChoice.None() -> out.member("tool_choice", "none");
      case ToolChoice.Required() -> out.member("tool_choice", "required");
      case ToolChoice.Named(var name) -> {
        out.name("tool_choice");
        named(name);
      }
      case ToolChoice.Allowed(var names, var required) -> {
        out.name("tool_choice").beginObject().member("type", "allowed_tools");
        out.member("mode", required ? "required" : "auto").name("tools").beginArray();
        names.forEach(this::named);
        out.endArray().endObject();
      }
    }
  }

  private void named(String name) {
    boolean custom =
        conversation.tools().stream()
            .anyMatch(tool -> tool instanceof Tool.Custom free && free.name().equals(name));
    out.beginObject().member("type", custom ? "custom" : "function");
    out.member("name", fitted(name)).endObject();
  }

  private String fitted(String name) {
    return target.names().fitted(name, ItemWriter.LONGEST_NAME, "");
  }
}
