package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Reasoning;
import dev.caravan.dialect.hub.ResponseFormat;
import dev.caravan.dialect.hub.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a conversation as a responses request (providers.md 13.4). */
final class ConversationWriter {
  private static final long LEAST_TOKENS = 16;

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

  /** Whether a client of this vendor's asked, whose own words need no change. */
  static boolean isOurs(Conversation conversation) {
    return conversation.dialect().startsWith("openai-");
  }

  private void body() {
    out.beginObject();
    out.member("model", target.model());
    out.name("input").beginArray();
    ItemWriter items = new ItemWriter(conversation, target, out);
    conversation.messages().forEach(items::write);
    out.endArray();
    new ToolWriter(conversation, target, out).write();
    if (conversation.maxTokens() != null) {
      out.member("max_output_tokens", Math.max(LEAST_TOKENS, conversation.maxTokens()));
    }
    Double temperature = conversation.temperature();
    if (temperature != null) {
      out.name("temperature").number(temperature.doubleValue());
    }
    reasoning();
    text();
    if (conversation.user() != null && (isOurs(conversation) || target.tellUser())) {
      out.member("user", conversation.user());
    }
    conversation.writePlain(ResponsesLedger.LEDGER, out);
    state();
    if (conversation.stream()) {
      out.member("stream", true);
    }
    out.endObject();
  }

  // Off leaves the field out: models that do not think refuse it, whatever it says.
  private void reasoning() {
    String level = level();
    Raw summary = conversation.plain().get(Feature.REASONING_SUMMARY);
    // clients of other dialects see what a model thinks wherever it tells
    boolean tells = !isOurs(conversation) && level != null;
    if (level == null && summary == null) {
      return;
    }
    out.name("reasoning").beginObject();
    if (level != null) {
      out.member("effort", level);
    }
    if (summary != null) {
      out.member("summary", summary);
    } else if (tells) {
      out.member("summary", "auto");
    }
    out.endObject();
  }

  private @Nullable String level() {
    Reasoning asked = conversation.reasoning();
    String level = asked == null || asked.isOff() ? null : asked.asLevel();
    if (level == null || isOurs(conversation)) {
      return level;
    }
    return switch (level) {
      case "xhigh", "max" -> "high";
      default -> level;
    };
  }

  private void text() {
    Raw verbosity = conversation.plain().get(Feature.VERBOSITY);
    ResponseFormat format = conversation.format();
    if (verbosity == null && format == null) {
      return;
    }
    out.name("text").beginObject();
    switch (format) {
      case null -> {}
      case ResponseFormat.AnyJson() ->
          out.name("format").beginObject().member("type", "json_object").endObject();
      case ResponseFormat.Schema(var name, var description, var schema, var strict) -> {
        out.name("format").beginObject().member("type", "json_schema");
        out.member("name", name.isEmpty() ? "answer" : name);
        if (description != null) {
          out.member("description", description);
        }
        out.member("schema", schema);
        if (strict != null) {
          out.member("strict", strict);
        }
        out.endObject();
      }
    }
    if (verbosity != null) {
      out.member("verbosity", verbosity);
    }
    out.endObject();
  }

  /**
   * Nothing is kept at the provider unless the client wants that; so what a model thought has to
   * come with the answer, for the next turn.
   */
  private void state() {
    Map<Feature, Raw> plain = conversation.plain();
    if (!plain.containsKey(Feature.STORE) && !plain.containsKey(Feature.SERVER_STATE)) {
      out.member("store", false);
    }
    if (level() != null && !plain.containsKey(Feature.INCLUDE)) {
      out.name("include").beginArray().string("reasoning.encrypted_content").endArray();
    }
  }
}
