package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.hub.Ids;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls that a model of Google's did not write as JSON, and that Google tells as a text instead of
 * as a call (providers.md 6.6). What cannot be repaired stays an answer without content, which is
 * asked for again.
 */
final class MalformedCalls implements BodyTransform {
  private static final String REASON = "MALFORMED_FUNCTION_CALL";
  private static final Pattern CALL =
      Pattern.compile("(?s).*?call:(?:[\\w.-]+:)?([\\w./-]+)\\s*(\\{.*}).*");
  private static final Pattern BARE_KEY = Pattern.compile("([{,]\\s*)([A-Za-z_][\\w-]*)(\\s*:)");
  private static final Pattern LAST_COMMA = Pattern.compile(",(\\s*[}\\]])");
  private static final Pattern BARE_VALUE =
      Pattern.compile("(:\\s*)(?!true\\b|false\\b|null\\b)([A-Za-z_][\\w./-]*)(\\s*[,}\\]])");

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  @Override
  public String name() {
    return "malformed-calls";
  }

  @Override
  public String does() {
    return "a call that the model wrote as something like JSON, which Google tells as `MALFORMED_FUNCTION_CALL`, becomes a call where it can be read";
  }

  @Override
  public boolean changesAnswers() {
    return true;
  }

  @Override
  public String answersOnlyWith() {
    return REASON;
  }

  @Override
  public void answer(ObjectNode answer) {
    for (ObjectNode candidate : Trees.objects(answer.path("candidates"))) {
      if (candidate.path("finishReason").asText("").equals(REASON)) {
        repair(candidate);
      }
    }
  }

  private static void repair(ObjectNode candidate) {
    Matcher call = CALL.matcher(candidate.path("finishMessage").asText(""));
    ObjectNode arguments = call.matches() ? arguments(call.group(2)) : null;
    if (arguments == null) {
      return;
    }
    ObjectNode content = Trees.object(candidate, "content");
    content.put("role", "model");
    ArrayNode parts =
        content.path("parts") instanceof ArrayNode known ? known : content.putArray("parts");
    ObjectNode repaired = parts.addObject().putObject("functionCall");
    repaired.put("id", Ids.fresh("call_")).put("name", call.group(1)).set("args", arguments);
    candidate.put("finishReason", "STOP");
    candidate.remove("finishMessage");
  }

  /** The arguments as they were most likely meant; null when nobody can tell. */
  static @Nullable ObjectNode arguments(String written) {
    String text = written.strip();
    ObjectNode read = read(text);
    for (UnaryOperator<String> step : STEPS) {
      if (read != null) {
        return read;
      }
      text = step.apply(text);
      read = read(text);
    }
    return read;
  }

  private static final java.util.List<UnaryOperator<String>> STEPS =
      java.util.List.of(
          text -> BARE_KEY.matcher(text).replaceAll("$1\"$2\"$3"),
          text -> text.indexOf('"') < 0 || text.indexOf('\'') >= 0 ? text.replace('\'', '"') : text,
          text -> LAST_COMMA.matcher(text).replaceAll("$1"),
          text -> text.replaceAll("\\s+", " "),
          text -> BARE_VALUE.matcher(text).replaceAll("$1\"$2\"$3"));

  private static @Nullable ObjectNode read(String text) {
    try {
      JsonNode tree = Mapper.TREES.readTree(text);
      return tree instanceof ObjectNode object ? object : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
