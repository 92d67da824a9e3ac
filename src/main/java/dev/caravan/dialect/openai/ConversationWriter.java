package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a conversation as a chat request (providers.md 13.3). */
final class ConversationWriter {
  static final int LONGEST_NAME = 64;
  private static final int MOST_STOPS = 4;

  /** OpenAI's models that think know {@code max_completion_tokens} and nothing else. */
  private static final Pattern COMPLETION_LIMIT = Pattern.compile("(.*/)?(o[1-9]|gpt-[5-9]).*");

  private static final Raw NO_ARGUMENTS = Raw.of("{\"type\":\"object\",\"properties\":{}}");
  private static final Raw FREE_TEXT =
      Raw.of(
          "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}");

  private final Conversation conversation;
  private final Target target;
  private final JsonWriter out;

  private ConversationWriter(Conversation conversation, Target target, JsonWriter out) {
    this.conversation = conversation;
    this.target = target;
    this.out = out;
  }

  static byte[] write(Conversation conversation, Target target, int size) {
    JsonWriter out = new JsonWriter(size);
    new ConversationWriter(conversation, target, out).body();
    return out.toBytes();
  }

  private void body() {
    out.beginObject();
    out.member("model", target.model());
    out.name("messages").beginArray();
    MessageWriter messages = new MessageWriter(conversation, target, out);
    conversation.messages().forEach(messages::write);
    out.endArray();
    tools();
    limits();
    reasoning();
    format();
    boolean told = target.tellUser() || conversation.dialect().equals(OpenAiChat.NAME);
    if (conversation.user() != null && told) {
      out.member("user", conversation.user());
    }
    conversation.writePlain(ChatLedger.LEDGER, out);
    if (conversation.stream()) {
      out.member("stream", true);
      if (target.askForUsage()) {
        out.name("stream_options").beginObject().member("include_usage", true).endObject();
      }
    }
    out.endObject();
  }

  private void limits() {
    Long most = conversation.maxTokens();
    if (most != null) {
      boolean completion = COMPLETION_LIMIT.matcher(target.model()).matches();
      out.member(completion ? "max_completion_tokens" : "max_tokens", most);
    }
    Double temperature = conversation.temperature();
    if (temperature != null) {
      out.name("temperature").number(temperature.doubleValue());
    }
    if (!conversation.stop().isEmpty()) {
      out.name("stop").beginArray();
      conversation.stop().stream().limit(MOST_STOPS).forEach(out::text);
      out.endArray();
      if (conversation.stop().size() > MOST_STOPS) {
        target.losses().drop(Feature.STOP);
      }
    }
  }

  // Off leaves the field out: models that do not think refuse it, whatever it says.
  private void reasoning() {
    Reasoning reasoning = conversation.reasoning();
    String level = reasoning == null || reasoning.isOff() ? null : reasoning.asLevel();
    if (level != null) {
      boolean own = conversation.dialect().equals(OpenAiChat.NAME);
      out.member("reasoning_effort", own ? level : known(level));
    }
  }

  private static String known(String level) {
    return switch (level) {
      case "xhigh", "max" -> "high";
      default -> level;
    };
  }

  private void format() {
    switch (conversation.format()) {
      case null -> {}
      case ResponseFormat.AnyJson() ->
          out.name("response_format").beginObject().member("type", "json_object").endObject();
      case ResponseFormat.Schema(var name, var description, var schema, var strict) -> {
        out.name("response_format").beginObject().member("type", "json_schema");
        out.name("json_schema").beginObject();
        out.member("name", name.isEmpty() ? "answer" : name);
        if (description != null) {
          out.member("description", description);
        }
        out.member("schema", schema);
        if (strict != null) {
          out.member("strict", strict);
        }
        out.endObject().endObject();
      }
    }
  }

  private void tools() {
    boolean any = false;
    for (Tool tool : conversation.tools()) {
      if (tool instanceof Tool.Hosted hosted && !hosted.dialect().equals(OpenAiChat.NAME)) {
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
      case Tool.Function(var name, var description, var schema, var strict, var cache) ->
          function(name, description, schema == null ? NO_ARGUMENTS : schema, strict);
      case Tool.Custom(var name, var description, var format) ->
          function(name, description, FREE_TEXT, null);
      case Tool.Hosted hosted -> out.raw(hosted.raw());
    }
  }

  private void function(
      String name, @Nullable JsonText description, Raw schema, @Nullable Boolean strict) {
    out.beginObject().member("type", "function").name("function").beginObject();
    out.member("name", fitted(name));
    if (description != null) {
      out.member("description", description);
    }
    out.member("parameters", schema.isObject() ? schema : NO_ARGUMENTS);
    if (strict != null) {
      out.member("strict", strict);
    }
    out.endObject().endObject();
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
        out.name("allowed_tools").beginObject();
        out.member("mode", required ? "required" : "auto").name("tools").beginArray();
        names.forEach(this::named);
        out.endArray().endObject().endObject();
      }
    }
  }

  private void named(String name) {
    out.beginObject().member("type", "function").name("function").beginObject();
    out.member("name", fitted(name)).endObject().endObject();
  }

  private String fitted(String name) {
    return target.names().fitted(name, LONGEST_NAME, "");
  }
}
