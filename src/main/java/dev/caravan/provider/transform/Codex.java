package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's responses dialect as the back end of ChatGPT plans takes it (providers.md 9.2, 9.3): it
 * only streams, keeps nothing, and refuses limits and sampling. The vendor's own instructions are
 * not imitated; what the client says is all that is said.
 */
final class Codex implements BodyTransform {
  private static final int LONGEST_ID = 64;
  private static final String SEALED = "reasoning.encrypted_content";

  private static final Set<String> REFUSED =
      Set.of(
          "temperature",
          "top_p",
          "top_k",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "n",
          "seed",
          "stop",
          "logprobs",
          "top_logprobs",
          "logit_bias",
          "presence_penalty",
          "frequency_penalty",
          "user",
          "metadata",
          "previous_response_id",
          "generate",
          "prompt_cache_retention",
          "safety_identifier");

  private static final Set<String> TIERS = Set.of("priority", "flex", "default");

  /** What the ids of the vendor's own items begin with. */
  private static final Map<String, String> PREFIXES =
      Map.of(
          "message", "msg_",
          "reasoning", "rs_",
          "function_call", "fc_",
          "custom_tool_call", "ctc_",
          "function_call_output", "fco_",
          "custom_tool_call_output", "ctco_");

  /** A namespace of our own, for UUIDs of version 5 (RFC 9562). */
  private static final UUID CONVERSATIONS = UUID.fromString("7b0c3b51-7b2e-5d57-9a8e-3f0b1f0e6c11");

  @Override
  public String name() {
    return "codex";
  }

  @Override
  public String does() {
    return "requests become those of ChatGPT plans: always streamed and never stored, without limits and sampling, an effort in the"
        + " model's name (`gpt-5.5-high`) becomes `reasoning.effort`, and calls without a result's partner are put in order; the"
        + " last event of a stream gets the output that came before it";
  }

  /** What is compacted is neither streamed nor stored. */
  @Override
  public boolean concernsErrands() {
    return false;
  }

  @Override
  public void request(ObjectNode body, String model) {
    effortOfTheName(body, model);
    REFUSED.forEach(body::remove);
    options(body);
    body.put("stream", true);
    body.put("store", false);
    if (!body.path("instructions").isTextual()) {
      body.put("instructions", "");
    }
    tools(body);
    reasoning(body);
    include(body);
    input(body);
    if (body.path("prompt_cache_key").asText("").isEmpty()) {
      body.put("prompt_cache_key", conversation(body).toString());
    }
  }

  private static void effortOfTheName(ObjectNode body, String model) {
    CodexModels.Named named = CodexModels.read(model);
    body.put("model", named.model());
    String effort = named.effort();
    if (effort != null) {
      object(body, "reasoning").put("effort", effort);
    }
  }

  private static void options(ObjectNode body) {
    if (body.path("stream_options") instanceof ObjectNode options) {
      options.retain("reasoning_summary_delivery");
    }
    if (body.path("stream_options").isEmpty()) {
      body.remove("stream_options");
    }
    if (!TIERS.contains(body.path("service_tier").asText(""))) {
      body.remove("service_tier");
    }
  }

  // A client that wants one call after the other is not overruled.
  private static void tools(ObjectNode body) {
    if (body.path("tools").isEmpty()) {
      body.remove("parallel_tool_calls");
    } else if (!body.path("parallel_tool_calls").isBoolean()) {
      body.put("parallel_tool_calls", true);
    }
  }

  private static void reasoning(ObjectNode body) {
    ObjectNode reasoning = object(body, "reasoning");
    String effort = reasoning.path("effort").asText("").toLowerCase(Locale.ROOT);
    if (effort.isEmpty()) {
      reasoning.put("effort", "medium");
    } else if (Trees.isOff(effort)) {
      reasoning.put("effort", "low"); // these models cannot but think
    }
  }

  private static void include(ObjectNode body) {
    ArrayNode include =
        body.path("include") instanceof ArrayNode said ? said : body.putArray("include");
    for (JsonNode one : include) {
      if (one.asText().equals(SEALED)) {
        return;
      }
    }
    include.add(SEALED);
  }

  private static ObjectNode object(ObjectNode body, String member) {
    return body.path(member) instanceof ObjectNode said ? said : body.putObject(member);
  }

  // ---- what is said

  private static void input(ObjectNode body) {
    JsonNode said = body.path("input");
    if (said.isTextual()) {
      ObjectNode message = body.putArray("input").addObject();
      message.put("type", "message").put("role", "user");
      message.putArray("content").addObject().put("type", "input_text").set("text", said);
      return;
    }
    if (!(said instanceof ArrayNode items)) {
      return;
    }
    int place = 0;
    for (ObjectNode item : Trees.objects(items)) {
      if (item.path("role").asText().equals("system")) {
        item.put("role", "developer");
      }
      foreignId(item);
      if (isCall(item) && item.path("call_id").asText("").isEmpty()) {
        item.put("call_id", "call_missing_" + place);
      }
      place++;
    }
    pairs(items);
  }

  /** An id that the vendor has not given, or that is too long, is refused; nobody needs it. */
  private static void foreignId(ObjectNode item) {
    String type = item.path("type").asText("message");
    String id = item.path("id").asText("");
    String prefix = PREFIXES.get(type);
    boolean stranger = prefix != null && !id.startsWith(prefix);
    if (item.has("id") && (id.length() > LONGEST_ID || stranger)) {
      item.remove("id");
    }
  }

  private static boolean isCall(JsonNode item) {
    String type = item.path("type").asText();
    return type.equals("function_call") || type.equals("custom_tool_call");
  }

  private static boolean isResult(JsonNode item) {
    String type = item.path("type").asText();
    return type.equals("function_call_output") || type.equals("custom_tool_call_output");
  }

  /**
   * A result without its call is refused, and so are two calls of one turn under the same id; these
   * and their results are left out, since nobody can tell whose the results are.
   */
  private static void pairs(ArrayNode items) {
    Set<String> twice = twice(items);
    Set<String> open = new HashSet<>();
    Iterator<JsonNode> each = items.iterator();
    while (each.hasNext()) {
      JsonNode item = each.next();
      String id = item.path("call_id").asText("");
      if (isCall(item)) {
        if (twice.contains(id)) {
          each.remove();
        } else {
          open.add(id);
        }
      } else if (isResult(item) && !open.remove(id)) {
        each.remove();
      }
    }
  }

  /** Ids that are given again before their result has come. */
  private static Set<String> twice(ArrayNode items) {
    Set<String> twice = new HashSet<>();
    Set<String> open = new HashSet<>();
    for (JsonNode item : items) {
      String id = item.path("call_id").asText("");
      if (isCall(item) && !open.add(id)) {
        twice.add(id);
      } else if (isResult(item)) {
        open.remove(id);
      }
    }
    return twice;
  }

  /**
   * What stays the same from turn to turn: the instructions, and what is said up to the first words
   * of the user. The vendor finds its cache of the prompt by it.
   */
  private static UUID conversation(ObjectNode body) {
    StringBuilder start = new StringBuilder(body.path("instructions").asText(""));
    for (JsonNode item : body.path("input")) {
      start.append('\n').append(item.path("role").asText("")).append(item.path("content"));
      if (item.path("role").asText().equals("user")) {
        break;
      }
    }
    return nameBased(start.toString());
  }

  /** A UUID of version 5. */
  private static UUID nameBased(String name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      ByteBuffer space = ByteBuffer.allocate(16);
      space.putLong(CONVERSATIONS.getMostSignificantBits());
      space.putLong(CONVERSATIONS.getLeastSignificantBits());
      sha1.update(space.array());
      ByteBuffer sum = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
      long high = (sum.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x5000L;
      long low = (sum.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  // ---- what comes back

  @Override
  public @Nullable StreamChange ofStream() {
    return new LastEvent();
  }

  /** The last event may come without the output that it ends. */
  private static final class LastEvent implements StreamChange {
    private final Map<Integer, ObjectNode> placed = new TreeMap<>();
    private final Set<ObjectNode> others = new LinkedHashSet<>();
    private final Map<Integer, String> ids = new HashMap<>();
    private final Map<String, String> windows = new HashMap<>();

    @Override
    public boolean wants(byte[] json, int start, int end) {
      return Bytes.hold(json, start, end, "response.output_item.")
          || Bytes.hold(json, start, end, "\"codex.rate_limits\"")
          || Bytes.hold(json, start, end, "\"response.completed\"")
          || Bytes.hold(json, start, end, "\"response.incomplete\"");
    }

    @Override
    public List<ObjectNode> event(ObjectNode event) {
      switch (event.path("type").asText()) {
        case "response.output_item.added" -> {
          String id = event.path("item").path("id").asText("");
          if (!id.isEmpty() && event.has("output_index")) {
            ids.put(event.path("output_index").asInt(), id);
          }
        }
        case "response.output_item.done" -> {
          if (event.path("item") instanceof ObjectNode item) {
            keep(event.path("output_index"), item);
          }
        }
        case "response.completed", "response.incomplete" -> {
          if (event.path("response") instanceof ObjectNode response
              && response.path("output").isEmpty()) {
            ArrayNode output = response.putArray("output");
            placed.values().forEach(output::add);
            others.forEach(output::add);
          }
        }
        case "codex.rate_limits" -> {
          window("x-codex-primary-", event.at("/rate_limits/primary"));
          window("x-codex-secondary-", event.at("/rate_limits/secondary"));
        }
        default -> {}
      }
      return List.of(event);
    }

    /** The event has what the headers have, under other names (providers.md 9.4). */
    private void window(String header, JsonNode window) {
      put(header + "used-percent", window.path("used_percent"));
      put(header + "reset-after-seconds", window.path("reset_after_seconds"));
      put(header + "reset-at", window.path("resets_at"));
      put(header + "reset-at", window.path("reset_at"));
    }

    private void put(String header, JsonNode value) {
      if (value.isNumber()) {
        windows.put(header, value.asText());
      }
    }

    @Override
    public Map<String, String> headers() {
      return windows;
    }

    private void keep(JsonNode place, ObjectNode item) {
      if (!place.isInt()) {
        others.add(item);
        return;
      }
      String announced = ids.get(place.asInt());
      if (item.path("id").asText("").isEmpty() && announced != null) {
        item.put("id", announced);
      }
      placed.put(place.asInt(), item);
    }
  }
}
