package dev.caravan.dialect.openai.responses;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Role;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a responses request into the hub (http-api.md 7.1). */
final class ConversationReader {
  private final JsonReader json;
  private final Conversation.Builder into = new Conversation.Builder(OpenAiResponses.NAME);
  private final Turns turns = new Turns();
  private final ToolReader tools = new ToolReader(into);
  private final TreeMap<String, Raw> echo = new TreeMap<>();
  private @Nullable JsonText instructions;

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
    if (instructions != null && !instructions.isEmpty()) {
      into.saw(Feature.SYSTEM);
      into.messages.add(new Message(Role.SYSTEM, List.of(new Block.Text(instructions))));
    }
    turns.addTo(into);
    tools.addTo(into);
    into.showUsage = true;
    into.memo = new Memo(echo, tools.namespaces(), tools.custom());
    return into.build();
  }

  private void member(String name) throws IOException {
    switch (name) {
      case "model" -> into.model = orEmpty(json.string());
      case "stream" -> into.stream = json.isTrue();
      case "input" -> input();
      case "instructions" -> {
        Raw raw = echoed(name);
        instructions = raw.isString() ? raw.text() : null;
      }
      case "tools" -> tools.read(echoed(name), false);
      case "tool_choice" -> tools.choice(echoed(name));
      case "parallel_tool_calls" -> {
        Raw raw = echoed(name);
        if (raw.isTrue() || raw.isFalse()) {
          into.parallelCalls = raw.isTrue();
          into.saw(Feature.PARALLEL_TOOL_CALLS);
        }
      }
      case "max_output_tokens" -> {
        double most = echoed(name).number(0);
        if (most > 0) {
          into.maxTokens = (long) most;
          into.saw(Feature.MAX_TOKENS);
        }
      }
      case "temperature" -> {
        double temperature = echoed(name).number(-1);
        if (temperature >= 0) {
          into.temperature = temperature;
          into.saw(Feature.TEMPERATURE);
        }
      }
      case "reasoning" -> reasoning(echoed(name));
      case "text" -> text(echoed(name));
      case "user" -> {
        Raw raw = echoed(name);
        if (raw.isString()) {
          into.user = raw.text();
          into.saw(Feature.USER);
        }
      }
      // notes of the client's for OpenAI's books, as metadata are
      case "client_metadata" -> {
        into.saw(Feature.METADATA);
        json.skip();
      }
      case "stream_options" -> json.skip();
      case "conversation", "prompt" -> {
        if (!json.isNull()) {
          throw notHere(name);
        }
      }
      default -> other(name);
    }
  }

  private Raw echoed(String name) throws IOException {
    Raw raw = json.raw();
    echo.put(name, raw);
    return raw;
  }

  private void other(String name) throws IOException {
    Feature feature = ResponsesLedger.LEDGER.plainFeature(name);
    Raw value = json.raw();
    if (feature == null) {
      into.unknown(name);
      return;
    }
    if (feature != Feature.INCLUDE && feature != Feature.BACKGROUND) {
      echo.put(name, value);
    }
    // what is off asks for nothing, and many providers know no such field
    boolean off = value.isFalse() && (feature == Feature.STORE || feature == Feature.BACKGROUND);
    if (!off) {
      into.carry(feature, value);
    }
  }

  /** What points at something that only the provider that keeps it can find. */
  static CallFailed notHere(String field) {
    return BadRequest.of(
        Kind.UNSUPPORTED_PARAMETER,
        "\"%s\" points at what only a provider of the responses dialect keeps; send the items themselves or use another model"
            .formatted(field),
        field);
  }

  private void input() throws IOException {
    if (json.isString()) {
      JsonText text = json.text();
      turns.add(Role.USER, List.of(new Block.Text(text == null ? JsonText.EMPTY : text)), into);
      return;
    }
    if (!json.isArray()) {
      json.skip();
      return;
    }
    int index = 0;
    ItemReader items = new ItemReader(into, turns, tools);
    while (json.nextElement()) {
      if (json.isObject()) {
        items.read(json.raw(), index);
      } else {
        throw BadRequest.type("input[" + index + "]", "an object");
      }
      index++;
    }
  }

  private void reasoning(Raw raw) throws IOException {
    if (!raw.isObject()) {
      return;
    }
    try (JsonReader inner = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      inner.next();
      for (String name = inner.nextMember(); name != null; name = inner.nextMember()) {
        switch (name) {
          case "effort" -> {
            String effort = inner.string();
            if (effort != null && !effort.isBlank()) {
              into.reasoning = Reasoning.ofLevel(effort.strip().toLowerCase(Locale.ROOT));
              into.saw(Feature.REASONING);
            }
          }
          case "summary", "generate_summary" -> into.carry(Feature.REASONING_SUMMARY, inner.raw());
          default -> inner.skip();
        }
      }
    }
  }

  private void text(Raw raw) throws IOException {
    if (!raw.isObject()) {
      return;
    }
    try (JsonReader inner = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      inner.next();
      for (String name = inner.nextMember(); name != null; name = inner.nextMember()) {
        switch (name) {
          case "format" -> format(inner.raw());
          case "verbosity" -> into.carry(Feature.VERBOSITY, inner.raw());
          default -> inner.skip();
        }
      }
    }
  }

  private void format(Raw raw) throws IOException {
    if (!raw.isObject()) {
      return;
    }
    String type = "";
    String called = "";
    JsonText description = null;
    Raw schema = Raw.of("{\"type\":\"object\"}");
    Boolean strict = null;
    try (JsonReader inner = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      inner.next();
      for (String name = inner.nextMember(); name != null; name = inner.nextMember()) {
        switch (name) {
          case "type" -> type = orEmpty(inner.string());
          case "name" -> called = orEmpty(inner.string());
          case "description" -> description = inner.text();
          case "schema" -> schema = inner.raw();
          case "strict" -> {
            strict = inner.isTrue() ? Boolean.TRUE : inner.isFalse() ? Boolean.FALSE : null;
            inner.skip();
          }
          default -> inner.skip();
        }
      }
    }
    switch (type) {
      case "json_object" -> into.format = new ResponseFormat.AnyJson();
      case "json_schema" ->
          into.format = new ResponseFormat.Schema(called, description, schema, strict);
      default -> {}
    }
    if (into.format != null) {
      into.saw(Feature.RESPONSE_FORMAT);
    }
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
