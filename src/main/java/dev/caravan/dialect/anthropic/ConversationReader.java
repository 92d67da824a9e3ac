package dev.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a messages request into the hub (http-api.md 4.1 to 4.3). */
final class ConversationReader {
  private final JsonReader json;
  private final Conversation.Builder into = new Conversation.Builder(AnthropicMessages.NAME);
  private @Nullable Message system;
  private @Nullable String effort;
  private String thinking = "";
  private long budget;

  private ConversationReader(JsonReader json) {
    this.json = json;
  }

  static Conversation read(byte[] body) {
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw BadRequest.of(Kind.INVALID_TYPE, "the body must be a JSON object", null);
      }
      ConversationReader reader = new ConversationReader(json);
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        reader.member(name);
      }
      return reader.conversation();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private Conversation conversation() {
    if (system != null) {
      into.messages.addFirst(system);
    }
    into.reasoning = reasoning();
    if (into.reasoning != null) {
      into.saw(Feature.REASONING);
    }
    into.showUsage = true;
    return into.build();
  }

  private @Nullable Reasoning reasoning() {
    return switch (thinking) {
      case "disabled" -> Reasoning.off();
      case "adaptive" -> new Reasoning(Reasoning.Mode.ADAPTIVE, effort, null);
      case "enabled" ->
          budget > 0 || effort != null
              ? new Reasoning(Reasoning.Mode.ON, effort, budget > 0 ? budget : null)
              : null;
      default -> effort == null ? null : Reasoning.ofLevel(effort);
    };
  }

  private void member(String name) throws IOException {
    switch (name) {
      case "model" -> into.model = orEmpty(json.string());
      case "stream" -> into.stream = json.isTrue();
      case "system" -> system();
      case "messages" -> messages();
      case "tools" -> ToolReader.tools(json, into);
      case "tool_choice" -> ToolReader.choice(json, into);
      case "max_tokens" -> {
        into.maxTokens = json.number();
        into.saw(Feature.MAX_TOKENS);
      }
      case "temperature" -> {
        into.temperature = json.real();
        if (into.temperature != null) {
          into.saw(Feature.TEMPERATURE);
        }
      }
      case "stop_sequences" -> stops();
      case "thinking" -> thinking();
      case "output_config" -> outputConfig();
      case "output_format" -> format(json.raw());
      case "metadata" -> metadata();
      default -> other(name);
    }
  }

  private void other(String name) throws IOException {
    Feature feature = MessagesLedger.LEDGER.plainFeature(name);
    Raw value = json.raw();
    if (feature != null) {
      into.carry(feature, value);
    } else {
      into.unknown(name);
    }
  }

  private void system() throws IOException {
    List<Block> blocks = BlockReader.content(json, into);
    if (!blocks.isEmpty()) {
      into.saw(Feature.SYSTEM);
      system = new Message(Role.SYSTEM, blocks.stream().map(ConversationReader::notABill).toList());
    }
  }

  /**
   * Claude Code's first system block is a line for Anthropic's books that changes with each
   * version; anywhere else it would only spoil the cache of the prompt (clients.md).
   */
  private static Block notABill(Block block) {
    return block instanceof Block.Text(var text, var cache)
            && text.startsWith("x-anthropic-billing-header:")
        ? new Block.Foreign(AnthropicMessages.NAME, "billing", textBlock(text))
        : block;
  }

  private static Raw textBlock(JsonText text) {
    JsonWriter out = new JsonWriter(64);
    return Raw.of(
        out.beginObject().member("type", "text").member("text", text).endObject().toBytes());
  }

  private void messages() throws IOException {
    if (!json.isArray()) {
      throw BadRequest.type("messages", "an array");
    }
    int index = 0;
    while (json.nextElement()) {
      if (!json.isObject()) {
        throw BadRequest.type("messages[" + index + "]", "an object");
      }
      message(index++);
    }
  }

  private void message(int index) throws IOException {
    String word = "";
    List<Block> blocks = new ArrayList<>(0);
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "role" -> word = orEmpty(json.string());
        case "content" -> blocks = BlockReader.content(json, into);
        default -> json.skip();
      }
    }
    Role role =
        switch (word) {
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          case "system" -> Role.SYSTEM;
          default ->
              throw BadRequest.of(
                  Kind.INVALID_REQUEST,
                  "messages[%d] has no role that is known; known: user, assistant, system"
                      .formatted(index),
                  "messages[" + index + "].role");
        };
    if (role == Role.SYSTEM) {
      into.saw(Feature.LATER_SYSTEM);
    }
    refuseMisplaced(role, blocks, index);
    into.messages.add(new Message(role, blocks));
  }

  private static void refuseMisplaced(Role role, List<Block> blocks, int index) {
    for (Block block : blocks) {
      boolean misplaced =
          role == Role.ASSISTANT
              ? block instanceof Block.ToolResult
              : block instanceof Block.ToolCall;
      if (misplaced) {
        throw BadRequest.of(
            Kind.INVALID_REQUEST,
            "messages[%d]: tool_use belongs to the assistant, tool_result to the user"
                .formatted(index),
            "messages[" + index + "].content");
      }
    }
  }

  private void stops() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      JsonText stop = json.text();
      if (stop != null) {
        into.stop.add(stop);
        into.saw(Feature.STOP);
      }
    }
  }

  private void thinking() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "type" -> thinking = orEmpty(json.string());
        case "budget_tokens" -> budget = json.number();
        default -> json.skip();
      }
    }
  }

  private void outputConfig() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "effort" -> effort = json.string();
        case "format" -> format(json.raw());
        default -> json.skip();
      }
    }
  }

  /** {@code {type: json_schema, schema}}. */
  private void format(Raw raw) throws IOException {
    if (!raw.isObject()) {
      return;
    }
    Raw schema = null;
    String name = "";
    try (JsonReader inner = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      inner.next();
      for (String member = inner.nextMember(); member != null; member = inner.nextMember()) {
        switch (member) {
          case "schema" -> schema = inner.raw();
          case "name" -> name = orEmpty(inner.string());
          default -> inner.skip();
        }
      }
    }
    if (schema != null) {
      into.format = new ResponseFormat.Schema(name, null, schema, Boolean.TRUE);
      into.saw(Feature.RESPONSE_FORMAT);
    }
  }

  private void metadata() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("user_id") && json.isString()) {
        into.user = json.text();
        into.saw(Feature.USER);
      } else {
        json.skip();
      }
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
