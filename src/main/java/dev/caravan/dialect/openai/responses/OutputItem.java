package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One item of an answer. */
final class OutputItem {
  final Raw raw;
  String type = "";
  String callId = "";
  String name = "";
  @Nullable Raw arguments;
  @Nullable Raw input;
  @Nullable JsonText sealed;
  @Nullable JsonText result;
  JsonText summary = JsonText.EMPTY;
  JsonText content = JsonText.EMPTY;

  private OutputItem(Raw raw) {
    this.raw = raw;
  }

  static OutputItem read(Raw raw) throws IOException {
    OutputItem item = new OutputItem(raw);
    try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      json.next();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        item.member(json, name);
      }
    }
    return item;
  }

  private void member(JsonReader json, String member) throws IOException {
    switch (member) {
      case "type" -> type = ConversationReader.orEmpty(json.string());
      case "call_id" -> callId = ConversationReader.orEmpty(json.string());
      case "name" -> name = ConversationReader.orEmpty(json.string());
      case "arguments" -> arguments = json.raw();
      case "input" -> input = json.raw();
      case "encrypted_content" -> sealed = json.text();
      case "result" -> result = json.text();
      case "summary" -> summary = PartReader.texts(json.raw());
      case "content" -> content = PartReader.texts(json.raw());
      default -> json.skip();
    }
  }

  List<Block> blocks(ToolNames names) {
    return switch (type) {
      case "message" -> content.isEmpty() ? List.of() : List.of(new Block.Text(content));
      case "reasoning" -> thought();
      case "function_call" ->
          List.of(
              new Block.ToolCall(
                  id(),
                  names.original(name),
                  arguments == null ? Arguments.none() : Arguments.of(arguments)));
      case "custom_tool_call" -> {
        JsonText text = input == null ? JsonText.EMPTY : input.text();
        yield List.of(
            new Block.ToolCall(
                id(), names.original(name), FreeText.wrapped(text), true, null, null));
      }
      case "image_generation_call" ->
          result == null || result.isEmpty()
              ? List.of()
              : List.of(new Block.Image(picture(result), null, null));
      default -> List.of(new Block.Foreign(OpenAiResponses.NAME, type, raw));
    };
  }

  private String id() {
    return callId.isEmpty() ? Ids.fresh("call_") : callId;
  }

  JsonText thoughtText() {
    return summary.isEmpty() ? content : summary;
  }

  @Nullable Signature signature() {
    return sealed == null || sealed.isEmpty()
        ? null
        : Signature.readIn(OpenAiResponses.NAME, sealed);
  }

  private List<Block> thought() {
    JsonText text = thoughtText();
    Signature signature = signature();
    if (!text.isEmpty()) {
      return List.of(new Block.Thinking(text, signature));
    }
    return signature == null ? List.of() : List.of(new Block.SealedThinking(signature));
  }

  static Media picture(JsonText base64) {
    return new Media.Inline(JsonText.of("image/png"), base64);
  }
}
