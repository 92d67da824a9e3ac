package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.provider.Durations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Calls that a model of Google's did not write as JSON, and that Google tells as a text instead of
 * as a call (providers.md 6.6). What cannot be repaired is asked for again with a word about what
 * was wrong, as long as the answer has said nothing yet; then it becomes a text that says so.
 */
final class MalformedCalls implements BodyTransform {
  private static final String REASON = "MALFORMED_FUNCTION_CALL";
  private static final Pattern CALL =
      Pattern.compile("(?s).*?call:(?:[\\w.-]+:)?([\\w./-]+)\\s*(\\{.*)");
  private static final Pattern BARE_KEY = Pattern.compile("([{,]\\s*)([A-Za-z_][\\w-]*)(\\s*:)");
  private static final Pattern LAST_COMMA = Pattern.compile(",(\\s*[}\\]])");
  private static final Pattern BARE_VALUE =
      Pattern.compile("(:\\s*)(?!true\\b|false\\b|null\\b)([A-Za-z_][\\w./-]*)(\\s*[,}\\]])");

  private static final Pattern SAYS = Pattern.compile("\"text\"\\s*:\\s*\"[^\"]|\"functionCall\"");
  static final String RETRIES = "malformedRetries";
  static final String DELAY = "malformedDelay";

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  /** A call that nobody can read. */
  private record Bad(String tool, String written) {}

  private final int retries;
  private final Duration delay;
  private final boolean serves;
  private int asked;
  private boolean spoke;
  private boolean again;
  private @Nullable Bad bad;

  MalformedCalls() {
    this(2, Duration.ofSeconds(1), false);
  }

  private MalformedCalls(int retries, Duration delay, boolean serves) {
    this.retries = retries;
    this.delay = delay;
    this.serves = serves;
  }

  @Override
  public MalformedCalls with(Map<String, String> options) {
    String times = options.getOrDefault(RETRIES, "").strip();
    return new MalformedCalls(
        times.matches("\\d") ? Integer.parseInt(times) : retries,
        Durations.exact(options.getOrDefault(DELAY, "")).orElse(delay),
        serves);
  }

  @Override
  public boolean isPerCall() {
    return true;
  }

  @Override
  public BodyTransform forCall(String client, ReasoningMemory memory) {
    return new MalformedCalls(retries, delay, true);
  }

  @Override
  public boolean maySayItAgain() {
    return retries > 0;
  }

  @Override
  public @Nullable Duration sayItAgainAfter(Fault fault) {
    boolean wanted = again && fault.kind() == FaultClass.EMPTY_RESPONSE;
    again = false;
    return wanted ? delay : null;
  }

  /** A request that is made again tells the model what it has done. */
  @Override
  public void request(ObjectNode body, String model) {
    spoke = false;
    Bad before = bad;
    if (before == null || !(body.path("contents") instanceof ArrayNode contents)) {
      return;
    }
    say(contents, "model", "I call the function %s.".formatted(before.tool()));
    String schema = schema(body, before.tool());
    say(
        contents,
        "user",
        "That call could not be read, since its arguments are no JSON:\n%s\nCall %s again with arguments that are one JSON object: names and texts in double quotes, no comma before a closing bracket, nothing behind it.%s"
            .formatted(
                before.written(),
                before.tool(),
                schema.isEmpty() ? "" : "\nTheir schema is " + schema));
  }

  private static void say(ArrayNode contents, String role, String text) {
    contents.addObject().put("role", role).putArray("parts").addObject().put("text", text);
  }

  private static String schema(ObjectNode body, String tool) {
    for (ObjectNode declaration : GoogleTools.declarations(body)) {
      ObjectNode schema = GoogleTools.schema(declaration);
      if (schema != null && tool.endsWith(declaration.path("name").asText(""))) {
        return schema.deepCopy().without("$schema").toString();
      }
    }
    return "";
  }

  @Override
  public boolean hearsAnswers() {
    return true;
  }

  @Override
  public void hear(byte[] bytes, int start, int end) {
    if (serves && !spoke) {
      String event = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
      spoke = SAYS.matcher(event).find();
    }
  }

  @Override
  public String name() {
    return "malformed-calls";
  }

  @Override
  public String does() {
    return "a call that the model wrote as something like JSON, which Google tells as `MALFORMED_FUNCTION_CALL`, becomes a call where it can be read; where it cannot, the model is told so and asked again";
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

  private void repair(ObjectNode candidate) {
    String told = candidate.path("finishMessage").asText("");
    Matcher call = CALL.matcher(told);
    ObjectNode arguments = call.matches() ? arguments(call.group(2)) : null;
    if (arguments == null) {
      if (serves) {
        giveBack(candidate, call.matches() ? new Bad(call.group(1), call.group(2)) : null, told);
      }
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

  /** Lets it be asked for again, as an answer that says nothing, or says what has happened. */
  private void giveBack(ObjectNode candidate, @Nullable Bad call, String told) {
    if (call != null && !spoke && asked < retries) {
      asked++;
      bad = call;
      again = true;
      return;
    }
    ObjectNode content = Trees.object(candidate, "content");
    content.put("role", "model");
    ArrayNode parts =
        content.path("parts") instanceof ArrayNode known ? known : content.putArray("parts");
    parts
        .addObject()
        .put(
            "text",
            "[TOOL CALL ERROR] The model called a function in a way that cannot be read: " + told);
    candidate.put("finishReason", "STOP");
    candidate.remove("finishMessage");
  }

  /** The arguments as they were most likely meant; null when nobody can tell. */
  static @Nullable ObjectNode arguments(String written) {
    int last = written.lastIndexOf('}');
    String text = last < 0 ? written.strip() : written.substring(0, last + 1);
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
