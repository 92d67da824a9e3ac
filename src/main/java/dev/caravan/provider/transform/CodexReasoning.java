package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Fault;
import dev.caravan.dialect.JsonBytes;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sealed reasoning of ChatGPT plans for clients that do not keep it (providers.md 9.2): it goes
 * back before the call that it led to, to the same client alone. When the service cannot open what
 * it is given, the request is made once more without any.
 */
final class CodexReasoning implements BodyTransform {
  private static final String SEALED = "encrypted_content";

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  private final @Nullable ReasoningMemory memory;
  private final String client;
  private final ArrayNode thoughts = Mapper.TREES.createArrayNode();
  private boolean without;

  CodexReasoning() {
    this("", null);
  }

  private CodexReasoning(String client, @Nullable ReasoningMemory memory) {
    this.client = client;
    this.memory = memory;
  }

  @Override
  public String name() {
    return "codex-reasoning";
  }

  @Override
  public String does() {
    return "sealed reasoning before a call is remembered and put back into later requests of the same client that lack it; where the service cannot"
        + " open it, the request is made once more without";
  }

  @Override
  public boolean concernsErrands() {
    return false;
  }

  @Override
  public boolean isPerCall() {
    return true;
  }

  @Override
  public BodyTransform forCall(String caller, ReasoningMemory remembered) {
    return new CodexReasoning(caller, remembered);
  }

  @Override
  public boolean maySayItAgain() {
    return true;
  }

  @Override
  public @Nullable Duration sayItAgainAfter(Fault fault) {
    boolean unopened =
        fault.evidence().contains("invalid_encrypted_content")
            || fault.evidence().contains("thinking_signature_invalid");
    boolean again = unopened && !without;
    without |= unopened;
    return again ? Duration.ZERO : null;
  }

  @Override
  public void request(ObjectNode body, String model) {
    thoughts.removeAll();
    if (!(body.path("input") instanceof ArrayNode input)) {
      return;
    }
    ReasoningMemory from = memory;
    if (without) {
      forget(input);
    } else if (from != null) {
      restore(input, from);
    }
  }

  private static void forget(ArrayNode input) {
    for (Iterator<JsonNode> each = input.iterator(); each.hasNext(); ) {
      if (isReasoning(each.next())) {
        each.remove();
      }
    }
  }

  private void restore(ArrayNode input, ReasoningMemory from) {
    for (int i = 0; i < input.size(); i++) {
      boolean hasOne = i > 0 && isReasoning(input.get(i - 1));
      String id = isCall(input.get(i)) ? input.get(i).path("call_id").asText("") : "";
      String known = id.isEmpty() || hasOne ? null : from.recall(client, ofCall(id));
      if (known != null) {
        for (JsonNode thought : read(known)) {
          input.insert(i++, thought);
        }
      }
    }
  }

  private static boolean isReasoning(JsonNode item) {
    return item.path("type").asText("").equals("reasoning");
  }

  private static boolean isCall(JsonNode item) {
    String type = item.path("type").asText("");
    return type.equals("function_call") || type.equals("custom_tool_call");
  }

  private static String ofCall(String id) {
    return "sealed:" + id;
  }

  private static List<ObjectNode> read(String known) {
    try {
      return Trees.objects(Mapper.TREES.readTree(known));
    } catch (JsonProcessingException e) {
      return List.of();
    }
  }

  @Override
  public boolean hearsAnswers() {
    return true;
  }

  @Override
  public void hear(byte[] bytes, int start, int end) {
    ReasoningMemory to = memory;
    if (to == null || !Bytes.hold(bytes, start, end, "response.output_item.done")) {
      return;
    }
    ObjectNode event = Transforms.tree(bytes, start, end);
    if (event == null || !(event.path("item") instanceof ObjectNode item)) {
      return;
    }
    if (isReasoning(item) && !item.path(SEALED).asText("").isEmpty()) {
      item.remove("id"); // nothing is stored there under it
      thoughts.add(item);
    } else if (isCall(item) && !thoughts.isEmpty()) {
      to.remember(client, ofCall(item.path("call_id").asText("")), thoughts.toString());
      thoughts.removeAll();
    }
  }
}
