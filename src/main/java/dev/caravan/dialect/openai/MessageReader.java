package dev.caravan.dialect.openai;

import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one message of a chat request. */
final class MessageReader {
  private final JsonReader json;
  private final Conversation.Builder into;
  private final int index;
  private final List<Block> content = new ArrayList<>(4);
  private final List<Block> calls = new ArrayList<>(2);
  private final List<Block> thoughts = new ArrayList<>(1);
  private @Nullable JsonText reasoning;
  private @Nullable JsonText signature;
  private String word = "";
  private String callId = "";
  private String name = "";

  MessageReader(JsonReader json, Conversation.Builder into, int index) {
    this.json = json;
    this.into = into;
    this.index = index;
  }

  Role role() {
    return switch (word) {
      case "system" -> Role.SYSTEM;
      case "developer" -> Role.DEVELOPER;
      case "user", "tool", "function" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      default ->
          throw BadRequest.of(
              Kind.INVALID_REQUEST,
              "messages[%d] has no role that is known; known: system, developer, user, assistant, tool"
                  .formatted(index),
              "messages[" + index + "].role");
    };
  }

  void read() throws IOException {
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "role" -> word = orEmpty(json.string());
        case "content" -> content();
        case "name" -> name = orEmpty(json.string());
        case "tool_call_id" -> callId = orEmpty(json.string());
        case "tool_calls" -> calls();
        case "function_call" -> functionCall();
        case "reasoning_content", "reasoning" -> {
          JsonText text = json.text();
          reasoning = text == null || text.isEmpty() ? reasoning : text;
        }
        case "thinking_signature" -> signature = json.text();
        case "reasoning_details" -> details();
        case "refusal" -> addText(json.text());
        default -> json.skip();
      }
    }
    add();
  }

  private void add() {
    switch (word) {
      case "tool", "function" -> {
        String id = word.equals("function") && callId.isEmpty() ? name : callId;
        into.saw(Feature.TOOL_RESULT);
        if (content.stream().anyMatch(block -> !(block instanceof Block.Text))) {
          into.saw(Feature.MEDIA_IN_RESULT);
        }
        into.messages.add(
            new Message(Role.USER, List.of(new Block.ToolResult(id, name, content, false, null))));
      }
      case "assistant" -> {
        List<Block> blocks = new ArrayList<>(thoughts());
        blocks.addAll(content);
        blocks.addAll(calls);
        into.messages.add(new Message(Role.ASSISTANT, blocks));
      }
      default -> {
        if (!name.isEmpty()) {
          into.saw(Feature.MESSAGE_NAME);
        }
        into.messages.add(new Message(role(), content));
      }
    }
  }

  /** Details say more than the plain text beside them, which then is not taken twice. */
  private List<Block> thoughts() {
    if (!thoughts.isEmpty()) {
      return thoughts;
    }
    if (reasoning == null) {
      return List.of();
    }
    boolean signed = signature != null && !signature.isEmpty();
    into.saw(signed ? Feature.SIGNED_THINKING : Feature.THINKING);
    return List.of(
        new Block.Thinking(
            reasoning,
            signed && signature != null ? Signature.readIn(OpenAiChat.NAME, signature) : null));
  }

  private void content() throws IOException {
    if (json.isString()) {
      addText(json.text());
    } else if (json.isArray()) {
      while (json.nextElement()) {
        if (json.isObject()) {
          part(json.raw());
        } else {
          addText(json.text());
        }
      }
    } else {
      json.skip();
    }
  }

  private void addText(@Nullable JsonText text) {
    if (text != null && !text.isEmpty()) {
      content.add(new Block.Text(text));
    }
  }

  /** A part is read again from its own bytes, since its type may stand at its end. */
  private void part(Raw raw) throws IOException {
    Block block = PartReader.read(raw, into);
    if (block != null) {
      content.add(block);
    }
  }

  private void calls() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (!json.isObject()) {
        json.skip();
        continue;
      }
      String id = "";
      Block.ToolCall call = null;
      for (String member = json.nextMember(); member != null; member = json.nextMember()) {
        switch (member) {
          case "id" -> id = orEmpty(json.string());
          case "function" -> call = function();
          case "custom" -> call = custom();
          default -> json.skip();
        }
      }
      if (call != null) {
        into.saw(Feature.TOOL_CALL);
        calls.add(new Block.ToolCall(id, call.name(), call.arguments(), call.custom(), null, null));
      }
    }
  }

  private void functionCall() throws IOException {
    Block.ToolCall call = function();
    if (call != null) {
      into.saw(Feature.TOOL_CALL);
      calls.add(new Block.ToolCall(call.name(), call.name(), call.arguments()));
    }
  }

  private Block.@Nullable ToolCall function() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return null;
    }
    String called = "";
    Arguments arguments = Arguments.none();
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "name" -> called = orEmpty(json.string());
        case "arguments" -> arguments = Arguments.of(json.raw());
        default -> json.skip();
      }
    }
    return new Block.ToolCall("", called, arguments);
  }

  private Block.@Nullable ToolCall custom() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return null;
    }
    String called = "";
    JsonText input = JsonText.EMPTY;
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "name" -> called = orEmpty(json.string());
        case "input" -> {
          JsonText said = json.text();
          input = said == null ? JsonText.EMPTY : said;
        }
        default -> json.skip();
      }
    }
    into.saw(Feature.CUSTOM_TOOL);
    JsonWriter wrapped = new JsonWriter(input.length() + 16);
    wrapped.beginObject().member("input", input).endObject();
    return new Block.ToolCall(
        "", called, Arguments.of(Raw.of(wrapped.toBytes())), true, null, null);
  }

  /** Entries {@code {type: reasoning.text, text, signature}} and {@code reasoning.encrypted}. */
  private void details() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        detail();
      } else {
        json.skip();
      }
    }
  }

  private void detail() throws IOException {
    JsonText text = null;
    JsonText signed = null;
    JsonText data = null;
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "text" -> text = json.text();
        case "signature" -> signed = json.text();
        case "data" -> data = json.text();
        default -> json.skip();
      }
    }
    if (data != null) {
      into.saw(Feature.SEALED_THINKING);
      thoughts.add(new Block.SealedThinking(Signature.readIn(OpenAiChat.NAME, data)));
    } else if (text != null) {
      into.saw(signed == null ? Feature.THINKING : Feature.SIGNED_THINKING);
      thoughts.add(
          new Block.Thinking(
              text, signed == null ? null : Signature.readIn(OpenAiChat.NAME, signed)));
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
