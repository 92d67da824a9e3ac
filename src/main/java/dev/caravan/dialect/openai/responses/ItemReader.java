package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Signature;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the items of a request's input. */
final class ItemReader {
  private final Conversation.Builder into;
  private final Turns turns;
  private final ToolReader tools;
  private @Nullable Signature ofNextCall;

  ItemReader(Conversation.Builder into, Turns turns, ToolReader tools) {
    this.into = into;
    this.turns = turns;
    this.tools = tools;
  }

  /** The members of an item that anybody looks at. */
  private static final class Members {
    String type = "";
    String role = "";
    String callId = "";
    String name = "";
    String namespace = "";
    @Nullable Raw content;
    @Nullable Raw arguments;
    @Nullable Raw input;
    @Nullable Raw output;
    @Nullable Raw summary;
    @Nullable Raw tools;
    @Nullable JsonText sealed;

    void read(Raw raw) throws IOException {
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        for (String name = json.nextMember(); name != null; name = json.nextMember()) {
          member(json, name);
        }
      }
    }

    private void member(JsonReader json, String member) throws IOException {
      switch (member) {
        case "type" -> type = ConversationReader.orEmpty(json.string());
        case "role" -> role = ConversationReader.orEmpty(json.string());
        case "call_id" -> callId = ConversationReader.orEmpty(json.string());
        case "name" -> name = ConversationReader.orEmpty(json.string());
        case "namespace" -> namespace = ConversationReader.orEmpty(json.string());
        case "content" -> content = json.raw();
        case "arguments" -> arguments = json.raw();
        case "input" -> input = json.raw();
        case "output" -> output = json.raw();
        case "summary" -> summary = json.raw();
        case "tools" -> tools = json.raw();
        case "encrypted_content" -> sealed = json.text();
        default -> json.skip();
      }
    }
  }

  void read(Raw raw, int index) throws IOException {
    Members item = new Members();
    item.read(raw);
    switch (item.type) {
      case "message", "" -> message(item, index);
      case "reasoning" -> reasoning(item);
      case "function_call" -> {
        Arguments arguments =
            item.arguments == null ? Arguments.none() : Arguments.of(item.arguments);
        call(item, arguments, false);
      }
      case "custom_tool_call" -> {
        into.saw(Feature.CUSTOM_TOOL);
        JsonText input = item.input == null ? JsonText.EMPTY : item.input.text();
        call(item, FreeText.wrapped(input), true);
      }
      case "function_call_output", "custom_tool_call_output" -> result(item);
      case "additional_tools" -> {
        if (item.tools != null) {
          tools.read(item.tools, true);
        }
      }
      // without them the history would not be whole
      case "item_reference", "computer_call", "computer_call_output", "file_search_call" ->
          throw ConversationReader.notHere("input[%d] of type %s".formatted(index, item.type));
      default -> {
        into.saw(Feature.FOREIGN_BLOCK);
        Block foreign = new Block.Foreign(OpenAiResponses.NAME, item.type, raw);
        turns.add(Role.ASSISTANT, List.of(foreign), into);
      }
    }
  }

  private void message(Members item, int index) throws IOException {
    Role role =
        switch (item.role) {
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          case "system" -> Role.SYSTEM;
          case "developer" -> Role.DEVELOPER;
          default ->
              throw BadRequest.of(
                  Kind.INVALID_REQUEST,
                  "input[%d] is a message without a role that is known; known: user, assistant, system, developer"
                      .formatted(index),
                  "input[" + index + "].role");
        };
    List<Block> blocks = item.content == null ? List.of() : PartReader.content(item.content, into);
    if (!blocks.isEmpty()) {
      turns.add(role, blocks, into);
    }
  }

  private void reasoning(Members item) throws IOException {
    JsonText sealed = item.sealed;
    if (sealed != null && sealed.startsWith(CallSignature.TAG)) {
      ofNextCall = CallSignature.read(sealed);
      return;
    }
    boolean told = item.summary != null && item.summary.isArray() && !isEmpty(item.summary);
    JsonText text = PartReader.texts(told ? item.summary : item.content);
    Signature signature =
        sealed == null || sealed.isEmpty() ? null : Signature.readIn(OpenAiResponses.NAME, sealed);
    if (signature != null && !told) {
      into.saw(Feature.SEALED_THINKING);
      turns.add(Role.ASSISTANT, List.of(new Block.SealedThinking(signature)), into);
    } else if (signature != null || !text.isEmpty()) {
      into.saw(signature == null ? Feature.THINKING : Feature.SIGNED_THINKING);
      turns.add(Role.ASSISTANT, List.of(new Block.Thinking(text, signature)), into);
    }
  }

  private static boolean isEmpty(Raw array) {
    for (int i = array.start() + 1; i < array.end() - 1; i++) {
      if (array.bytes()[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  private void call(Members item, Arguments arguments, boolean custom) {
    into.saw(Feature.TOOL_CALL);
    String name = Memo.Qualified.joined(item.namespace, item.name);
    Signature signature = ofNextCall;
    ofNextCall = null;
    turns.add(
        Role.ASSISTANT,
        List.of(new Block.ToolCall(item.callId, name, arguments, custom, signature, null)),
        into);
  }

  private void result(Members item) throws IOException {
    into.saw(Feature.TOOL_RESULT);
    List<Block> content = item.output == null ? List.of() : PartReader.output(item.output, into);
    if (content.stream().anyMatch(block -> !(block instanceof Block.Text))) {
      into.saw(Feature.MEDIA_IN_RESULT);
    }
    turns.add(
        Role.USER, List.of(new Block.ToolResult(item.callId, "", content, false, null)), into);
  }
}
