package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a conversation as a generateContent request (providers.md 4.3 and 13.2). */
final class ConversationWriter {
  static final int LONGEST_NAME = 64;
  static final String IN_NAMES = ".:";
  private static final int MOST_STOPS = 5;

  private static final Raw FREE_TEXT =
      Raw.of(
          "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}");

  private final Conversation conversation;
  private final Target target;
  private final SignatureMemory memory;
  private final JsonWriter out;

  private ConversationWriter(
      Conversation conversation, Target target, SignatureMemory memory, JsonWriter out) {
    this.conversation = conversation;
    this.target = target;
    this.memory = memory;
    this.out = out;
  }

  static byte[] write(Conversation conversation, Target target, SignatureMemory memory, int size) {
    JsonWriter out = new JsonWriter(size);
    new ConversationWriter(conversation, target, memory, out).body();
    return out.toBytes();
  }

  private void body() {
    out.beginObject();
    int instructions = conversation.leadingInstructions();
    // a request that only instructs is a question
    int from = instructions == conversation.messages().size() ? 0 : instructions;
    system(from);
    out.name("contents").beginArray();
    PartWriter parts = new PartWriter(conversation.dialect(), target, memory, out);
    Turns.of(conversation, from, target).forEach(parts::turn);
    out.endArray();
    boolean functions = tools();
    config(functions);
    Raw safety = conversation.plain().get(Feature.SAFETY_SETTINGS);
    if (safety != null && safety.isArray()) {
      out.member("safetySettings", safety);
    }
    Raw cached = conversation.plain().get(Feature.CACHED_CONTENT);
    if (cached != null) {
      out.member("cachedContent", cached);
    }
    out.endObject();
  }

  private void system(int until) {
    boolean any = false;
    for (int i = 0; i < until; i++) {
      for (Block block : conversation.messages().get(i).blocks()) {
        if (block instanceof Block.Text(var text, var cache) && !text.isBlank()) {
          if (!any) {
            out.name("systemInstruction").beginObject().name("parts").beginArray();
            any = true;
          }
          out.beginObject().member("text", text).endObject();
        }
      }
    }
    if (any) {
      out.endArray().endObject();
    }
  }

  private boolean tools() {
    List<Tool> offered =
        conversation.tools().stream().filter(tool -> !(tool instanceof Tool.Hosted)).toList();
    if (conversation.choice() instanceof ToolChoice.Allowed(var names, var required)) {
      offered = offered.stream().filter(tool -> names.contains(nameOf(tool))).toList();
    }
    boolean any = false;
    if (!offered.isEmpty()) {
      any = true;
      out.name("tools").beginArray().beginObject().name("functionDeclarations").beginArray();
      offered.forEach(this::function);
      out.endArray().endObject();
    }
    for (Tool tool : conversation.tools()) {
      if (tool instanceof Tool.Hosted hosted && hosted.dialect().equals(Gemini.NAME)) {
        any = opened(any);
        out.raw(hosted.raw());
      }
    }
    if (conversation.has(Feature.WEB_SEARCH)) {
      any = opened(any);
      out.beginObject().name("googleSearch").beginObject().endObject().endObject();
    }
    if (any) {
      out.endArray();
    }
    if (!offered.isEmpty()) {
      choice();
    }
    return !offered.isEmpty();
  }

  private boolean opened(boolean already) {
    if (!already) {
      out.name("tools").beginArray();
    }
    return true;
  }

  private static String nameOf(Tool tool) {
    return switch (tool) {
      case Tool.Function function -> function.name();
      case Tool.Custom custom -> custom.name();
      case Tool.Hosted hosted -> "";
    };
  }

  private void function(Tool tool) {
    switch (tool) {
      case Tool.Function(var name, var description, var schema, var strict, var cache) ->
          function(name, description, schema);
      case Tool.Custom(var name, var description, var format) ->
          function(name, description, FREE_TEXT);
      case Tool.Hosted hosted -> {}
    }
  }

  private void function(String name, @Nullable JsonText description, @Nullable Raw schema) {
    out.beginObject().member("name", fitted(name));
    if (description != null) {
      out.member("description", description);
    }
    if (schema != null && schema.isObject() && schema.length() > 2) {
      out.member("parametersJsonSchema", Schemas.toGemini(schema));
    }
    out.endObject();
  }

  private void choice() {
    String mode =
        switch (conversation.choice()) {
          case null -> null;
          case ToolChoice.Auto() -> "AUTO";
          case ToolChoice.None() -> "NONE";
          case ToolChoice.Required() -> "ANY";
          case ToolChoice.Named named -> "ANY";
          case ToolChoice.Allowed allowed -> allowed.required() ? "ANY" : "AUTO";
        };
    if (mode == null) {
      return;
    }
    out.name("toolConfig").beginObject().name("functionCallingConfig").beginObject();
    out.member("mode", mode);
    if (conversation.choice() instanceof ToolChoice.Named(var name)) {
      out.name("allowedFunctionNames").beginArray().string(fitted(name)).endArray();
    }
    out.endObject().endObject();
  }

  private String fitted(String name) {
    return target.names().fitted(name, LONGEST_NAME, IN_NAMES);
  }

  private void config(boolean functions) {
    JsonWriter config = new JsonWriter(256);
    config.beginObject();
    int empty = config.length();
    limits(config);
    sampling(config);
    ThinkingPlan thinking = ThinkingPlan.of(conversation, target);
    if (thinking != null) {
      thinking.write(config);
    }
    format(functions, config);
    if (config.length() > empty) {
      out.member("generationConfig", Raw.of(config.endObject().toBytes()));
    }
  }

  private void limits(JsonWriter config) {
    Double temperature = conversation.temperature();
    if (temperature != null) {
      config.name("temperature").number(temperature.doubleValue());
    }
    Long most = conversation.maxTokens();
    if (most != null) {
      config.member("maxOutputTokens", most);
    }
    if (!conversation.stop().isEmpty()) {
      config.name("stopSequences").beginArray();
      conversation.stop().stream().limit(MOST_STOPS).forEach(config::text);
      config.endArray();
      if (conversation.stop().size() > MOST_STOPS) {
        target.losses().drop(Feature.STOP);
      }
    }
  }

  private void sampling(JsonWriter config) {
    conversation
        .plain()
        .forEach(
            (feature, value) -> {
              String member = GeminiLedger.LEDGER.memberOf(feature);
              if (member == null || !member.startsWith(GeminiLedger.CONFIG)) {
                return;
              }
              if (isPenalty(feature) && Models.refusesPenalties(target.model())) {
                target.losses().drop(feature);
              } else {
                config.member(member.substring(GeminiLedger.CONFIG.length()), value);
              }
            });
    Raw modalities = conversation.plain().get(Feature.MODALITIES);
    if (modalities != null && modalities.isArray()) {
      config.member("responseModalities", Raw.of(modalities.toString().toUpperCase(Locale.ROOT)));
    }
  }

  private static boolean isPenalty(Feature feature) {
    return feature == Feature.PRESENCE_PENALTY || feature == Feature.FREQUENCY_PENALTY;
  }

  /** Beside functions, older models refuse any form of the answer. */
  private void format(boolean functions, JsonWriter config) {
    ResponseFormat format = conversation.format();
    if (format == null) {
      return;
    }
    if (functions && !Models.isThreeOrLater(target.model())) {
      target.losses().drop(Feature.RESPONSE_FORMAT);
      return;
    }
    config.member("responseMimeType", "application/json");
    if (format instanceof ResponseFormat.Schema schema) {
      config.member("responseJsonSchema", Schemas.toGemini(schema.schema()));
    }
  }
}
