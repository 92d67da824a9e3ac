package dev.caravan.dialect.anthropic;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a conversation as a messages request (providers.md 4.2 and 13.3). */
final class ConversationWriter {
  static final int LONGEST_NAME = 64;
  private static final long USUAL_LIMIT = 8_192;

  private static final Raw NO_ARGUMENTS = Raw.of("{\"type\":\"object\",\"properties\":{}}");
  private static final Raw FREE_TEXT =
      Raw.of(
          "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}");
  private static final JsonText JSON_ONLY =
      JsonText.of("Answer with one JSON object and with nothing else.");

  private final Conversation conversation;
  private final Target target;
  private final Turns turns;
  private final ThinkingPlan thinking;
  private final JsonWriter out;

  private ConversationWriter(Conversation conversation, Target target, JsonWriter out) {
    this.conversation = conversation;
    this.target = target;
    this.turns = Turns.of(conversation, target.losses());
    this.thinking = ThinkingPlan.of(conversation, turns, target);
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
    out.member("max_tokens", thinking.limit(conversation.maxTokens(), USUAL_LIMIT));
    system();
    out.name("messages").beginArray();
    BlockWriter blocks = new BlockWriter(target, out);
    turns.write(blocks, out);
    out.endArray();
    tools();
    thinking.write(out);
    sampling();
    outputConfig();
    if (conversation.user() != null) {
      out.name("metadata").beginObject().member("user_id", conversation.user()).endObject();
    }
    if (conversation.stream()) {
      out.member("stream", true);
    }
    out.endObject();
  }

  private void system() {
    List<Block> texts = new ArrayList<>();
    for (int i = 0; i < conversation.leadingInstructions(); i++) {
      Message message = conversation.messages().get(i);
      message.blocks().stream().filter(ConversationWriter::isSystem).forEach(texts::add);
    }
    if (conversation.format() instanceof ResponseFormat.AnyJson) {
      texts.add(new Block.Text(JSON_ONLY));
    }
    if (texts.size() == 1
        && texts.getFirst() instanceof Block.Text(var text, var cache)
        && cache == null) {
      out.member("system", text);
    } else if (!texts.isEmpty()) {
      out.name("system").beginArray();
      BlockWriter writer = new BlockWriter(target, out);
      texts.forEach(writer::write);
      out.endArray();
    }
  }

  private static boolean isSystem(Block block) {
    return (block instanceof Block.Text text && !text.text().isBlank())
        || (block instanceof Block.Foreign foreign
            && foreign.dialect().equals(AnthropicMessages.NAME));
  }

  private void sampling() {
    Double temperature = conversation.temperature();
    if (temperature != null && (!thinking.on() || temperature == 1)) {
      out.name("temperature").number(Math.min(1, temperature));
    }
    if (!conversation.stop().isEmpty()) {
      out.name("stop_sequences").beginArray();
      conversation.stop().stream().filter(stop -> !stop.isBlank()).forEach(out::text);
      out.endArray();
    }
    conversation
        .plain()
        .forEach(
            (feature, value) -> {
              String member = MessagesLedger.LEDGER.memberOf(feature);
              if (member != null && fits(feature, value)) {
                out.member(member, value);
              }
            });
  }

  private boolean fits(Feature feature, Raw value) {
    return switch (feature) {
      case TOP_K -> !thinking.on();
      // newer models refuse both at once
      case TOP_P -> thinking.on() ? value.number(0) >= 0.95 : conversation.temperature() == null;
      default -> true;
    };
  }

  private void outputConfig() {
    Raw schema =
        conversation.format() instanceof ResponseFormat.Schema format ? format.schema() : null;
    String effort = thinking.effort();
    if (schema != null || effort != null) {
      out.name("output_config").beginObject();
      if (effort != null) {
        out.member("effort", effort);
      }
      if (schema != null) {
        out.name("format").beginObject();
        out.member("type", "json_schema").member("schema", schema).endObject();
      }
      out.endObject();
    }
  }

  private void tools() {
    @Nullable List<String> allowed =
        conversation.choice() instanceof ToolChoice.Allowed some ? some.names() : null;
    boolean any = false;
    for (Tool tool : conversation.tools()) {
      boolean foreign =
          tool instanceof Tool.Hosted hosted && !hosted.dialect().equals(AnthropicMessages.NAME);
      if (foreign || (allowed != null && !allowed.contains(nameOf(tool)))) {
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
    }
  }

  private static String nameOf(Tool tool) {
    return switch (tool) {
      case Tool.Function function -> function.name();
      case Tool.Custom custom -> custom.name();
      case Tool.Hosted hosted -> "";
    };
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function(var name, var description, var schema, var strict, var cache) -> {
        out.beginObject().member("name", fitted(name));
        if (description != null) {
          out.member("description", description);
        }
        out.member("input_schema", schema == null || !schema.isObject() ? NO_ARGUMENTS : schema);
        if (Boolean.TRUE.equals(strict)) {
          out.member("strict", true);
        }
        if (cache != null) {
          out.member("cache_control", cache);
        }
        out.endObject();
      }
      case Tool.Custom(var name, var description, var format) -> {
        out.beginObject().member("name", fitted(name));
        if (description != null) {
          out.member("description", description);
        }
        out.member("input_schema", FREE_TEXT).endObject();
      }
      case Tool.Hosted hosted -> out.raw(hosted.raw());
    }
  }

  private void choice() {
    boolean single = Boolean.FALSE.equals(conversation.parallelCalls());
    String type =
        switch (conversation.choice()) {
          case null -> single ? "auto" : "";
          case ToolChoice.Auto() -> "auto";
          case ToolChoice.None() -> "none";
          case ToolChoice.Required() -> "any";
          case ToolChoice.Named(var name) -> "tool";
          case ToolChoice.Allowed(var names, var required) -> required ? "any" : "auto";
        };
    if (type.isEmpty()) {
      return;
    }
    boolean forced = type.equals("any") || type.equals("tool");
    String written = forced && thinking.on() ? "auto" : type;
    out.name("tool_choice").beginObject().member("type", written);
    if (written.equals("tool") && conversation.choice() instanceof ToolChoice.Named(var name)) {
      out.member("name", fitted(name));
    }
    if (single && !written.equals("none")) {
      out.member("disable_parallel_tool_use", true);
    }
    out.endObject();
  }

  private String fitted(String name) {
    return target.names().fitted(name, LONGEST_NAME, "");
  }
}
