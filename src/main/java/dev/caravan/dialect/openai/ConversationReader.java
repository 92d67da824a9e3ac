package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.OwnMembers;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Role;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a chat request into the hub (http-api.md 3.1). */
final class ConversationReader {
  private final JsonReader json;
  private final Conversation.Builder into = new Conversation.Builder(OpenAiChat.NAME);
  private boolean othersSpoke;
  private boolean largeBudgets;

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
      Reasoning asked = reader.into.reasoning;
      if (reader.largeBudgets && asked != null) {
        reader.into.reasoning = asked.inLargeBudgets();
      }
      return reader.into.build();
    } catch (IOException e) {
      throw BadRequest.notJson(e);
    }
  }

  private void member(String name) throws IOException {
    switch (name) {
      case "model" -> into.model = orEmpty(json.string());
      case "stream" -> into.stream = json.isTrue();
      case "stream_options" -> streamOptions();
      case "messages" -> messages();
      case "tools" -> ToolReader.tools(json, into);
      case "functions" -> ToolReader.functions(json, into);
      case "tool_choice", "function_call" -> ToolReader.choice(json, into);
      case "parallel_tool_calls" -> {
        if (json.isTrue() || json.isFalse()) {
          into.parallelCalls = json.isTrue();
          into.saw(Feature.PARALLEL_TOOL_CALLS);
        }
        json.skip();
      }
      case "max_tokens", "max_completion_tokens" -> {
        if (json.isNumber()) {
          into.maxTokens = json.number();
          into.saw(Feature.MAX_TOKENS);
        } else {
          json.skip();
        }
      }
      case "temperature" -> {
        into.temperature = json.real();
        if (into.temperature != null) {
          into.saw(Feature.TEMPERATURE);
        }
      }
      case "stop" -> stop();
      case "reasoning_effort" -> reasoning(json.string());
      case "reasoning" -> openRouterReasoning();
      case "thinking" -> anthropicThinking();
      case "response_format" -> format();
      case "user" -> {
        into.user = json.text();
        if (into.user != null) {
          into.saw(Feature.USER);
        }
      }
      case OwnMembers.LARGE_BUDGETS -> {
        largeBudgets = json.isTrue();
        json.skip();
      }
      case OwnMembers.EXTRA -> extra();
      default -> other(name);
    }
  }

  /** Its members are meant to stand beside it. */
  private void extra() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("model") || name.equals("stream") || name.equals(OwnMembers.EXTRA)) {
        json.skip();
      } else {
        member(name);
      }
    }
  }

  private void other(String name) throws IOException {
    Feature feature = ChatLedger.LEDGER.plainFeature(name);
    Raw value = json.raw();
    if (OwnMembers.contains(name)) {
      return;
    }
    if (feature == null) {
      into.unknown(name);
    } else if (feature == Feature.SEVERAL_ANSWERS && value.number(1) <= 1) {
      // one answer is what everybody gives
    } else {
      into.carry(feature, value);
    }
  }

  private void streamOptions() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("include_usage")) {
        into.showUsage = json.isTrue();
      }
      json.skip();
    }
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
      MessageReader message = new MessageReader(json, into, index);
      message.read();
      Role role = message.role();
      if (role.instructs()) {
        into.saw(
            othersSpoke
                ? Feature.LATER_SYSTEM
                : role == Role.DEVELOPER ? Feature.DEVELOPER_ROLE : Feature.SYSTEM);
      } else {
        othersSpoke = true;
      }
      index++;
    }
    if (index == 0) {
      throw BadRequest.missing("messages", "it must be an array with at least one message");
    }
  }

  private void stop() throws IOException {
    if (json.isString()) {
      into.stop.add(text());
    } else if (json.isArray()) {
      while (json.nextElement()) {
        JsonText stop = json.text();
        if (stop != null) {
          into.stop.add(stop);
        }
      }
    } else {
      json.skip();
    }
    if (!into.stop.isEmpty()) {
      into.saw(Feature.STOP);
    }
  }

  private JsonText text() throws IOException {
    JsonText text = json.text();
    return text == null ? JsonText.EMPTY : text;
  }

  private void reasoning(@Nullable String effort) {
    if (effort != null && !effort.isBlank()) {
      into.reasoning = Reasoning.ofLevel(effort.strip().toLowerCase(java.util.Locale.ROOT));
      into.saw(Feature.REASONING);
    }
  }

  /** {@code {effort, max_tokens}}, as OpenRouter has it. */
  private void openRouterReasoning() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "effort" -> reasoning(json.string());
        case "max_tokens" -> budget(json.number());
        default -> json.skip();
      }
    }
  }

  /** {@code {type, budget_tokens}}, an extension of many clients. */
  private void anthropicThinking() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "type" -> {
          if ("disabled".equals(json.string())) {
            into.reasoning = Reasoning.off();
            into.saw(Feature.REASONING);
          }
        }
        case "budget_tokens" -> budget(json.number());
        default -> json.skip();
      }
    }
  }

  private void budget(long tokens) {
    if (tokens > 0) {
      into.reasoning = Reasoning.ofBudget(tokens);
      into.saw(Feature.REASONING);
    }
  }

  private void format() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    String type = "";
    Raw schema = null;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "type" -> type = orEmpty(json.string());
        case "json_schema" -> schema = json.raw();
        default -> json.skip();
      }
    }
    if (type.equals("json_object")) {
      into.format = new ResponseFormat.AnyJson();
    } else if (schema != null && schema.isObject()) {
      into.format = schema(schema);
    }
    if (into.format != null) {
      into.saw(Feature.RESPONSE_FORMAT);
    }
  }

  private static ResponseFormat schema(Raw wrapped) throws IOException {
    String called = "";
    JsonText description = null;
    Raw schema = Raw.of("{\"type\":\"object\"}");
    Boolean strict = null;
    try (JsonReader json = new JsonReader(wrapped.bytes(), wrapped.start(), wrapped.end())) {
      json.next();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "name" -> called = orEmpty(json.string());
          case "description" -> description = json.text();
          case "schema" -> schema = json.raw();
          case "strict" -> {
            strict = json.isTrue() ? Boolean.TRUE : json.isFalse() ? Boolean.FALSE : null;
            json.skip();
          }
          default -> json.skip();
        }
      }
    }
    return new ResponseFormat.Schema(called, description, schema, strict);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
