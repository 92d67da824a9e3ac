package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.hub.Ids;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signatures that Google's models put on their calls, for clients that do not keep them, over a
 * restart too: Gemini 3 wants a call of its history back with its signature (providers.md 5.7),
 * Claude the thought before it as well (6.7). Found by the id of the call, for the same client
 * alone; a call that came without an id gets one.
 */
final class GoogleSignatures implements BodyTransform {
  static final String ACTIVE = "signatureCache";

  /** What stands in place of a signature that nobody knows any more. */
  private static final String UNCHECKED = "skip_thought_signature_validator";

  private static final String SIGNATURE = "thoughtSignature";

  private final boolean active;
  private final @Nullable ReasoningMemory memory;
  private final String client;
  private final StringBuilder thought = new StringBuilder(0);
  private @Nullable String signed;
  private boolean claude;
  private boolean called;

  GoogleSignatures() {
    this(true, "", null);
  }

  private GoogleSignatures(boolean active, String client, @Nullable ReasoningMemory memory) {
    this.active = active;
    this.client = client;
    this.memory = memory;
  }

  @Override
  public GoogleSignatures with(Map<String, String> options) {
    return new GoogleSignatures(Trees.isOn(options.getOrDefault(ACTIVE, "true")), client, memory);
  }

  @Override
  public String name() {
    return "google-signatures";
  }

  @Override
  public String does() {
    return "signatures of calls, and of Claude's thoughts before them, are remembered and put back into later requests of the same"
        + " client that lack them";
  }

  @Override
  public boolean concerns(String model) {
    return active;
  }

  @Override
  public boolean isPerCall() {
    return active;
  }

  @Override
  public BodyTransform forCall(String caller, ReasoningMemory remembered) {
    return active ? new GoogleSignatures(true, caller, remembered) : this;
  }

  @Override
  public void request(ObjectNode body, String model) {
    claude = AntigravityModels.isClaude(model);
    called = false;
    thought.setLength(0);
    signed = null;
    ReasoningMemory from = memory;
    if (from == null) {
      return;
    }
    for (ObjectNode content : Trees.objects(body.path("contents"))) {
      if (content.path("parts") instanceof ArrayNode parts) {
        restore(parts, from);
      }
    }
  }

  private void restore(ArrayNode parts, ReasoningMemory from) {
    boolean first = true;
    boolean thinks = false;
    for (ObjectNode part : Trees.objects(parts)) {
      thinks |= part.path("thought").asBoolean(false);
      String id = part.path("functionCall").path("id").asText("");
      if (id.isEmpty()) {
        continue;
      }
      String has = part.path(SIGNATURE).asText("");
      if (has.isEmpty() || has.equals(UNCHECKED)) {
        String known = from.recall(client, ofCall(id));
        if (known != null) {
          part.put(SIGNATURE, known);
        }
      }
      String before = first && claude && !thinks ? from.recall(client, ofThought(id)) : null;
      first = false;
      if (before != null) {
        thinks = true;
        int end = before.indexOf('\n');
        parts
            .insertObject(0)
            .put("thought", true)
            .put("text", before.substring(end + 1))
            .put(SIGNATURE, before.substring(0, end));
      }
    }
  }

  private static String ofCall(String id) {
    return "signature:" + id;
  }

  private static String ofThought(String id) {
    return "thought:" + id;
  }

  /** Thoughts come in pieces before the call that they lead to. */
  @Override
  public boolean hearsAnswers() {
    return active;
  }

  @Override
  public void hear(byte[] bytes, int start, int end) {
    if (memory == null || !claude || !Bytes.hold(bytes, start, end, "\"thought\"")) {
      return;
    }
    ObjectNode event = Transforms.tree(bytes, start, end);
    if (event != null) {
      for (JsonNode part : parts(event)) {
        if (part.path("thought").asBoolean(false)) {
          thought.append(part.path("text").asText(""));
          signed = part.path(SIGNATURE).asText(signed == null ? "" : signed);
        }
      }
    }
  }

  private static List<ObjectNode> parts(ObjectNode answer) {
    return Trees.objects(answer.path("candidates").path(0).path("content").path("parts"));
  }

  @Override
  public boolean changesAnswers() {
    return active;
  }

  @Override
  public String answersOnlyWith() {
    return "\"functionCall\"";
  }

  @Override
  public void answer(ObjectNode answer) {
    ReasoningMemory to = memory;
    if (to == null) {
      return;
    }
    for (ObjectNode part : parts(answer)) {
      if (part.path("functionCall") instanceof ObjectNode call) {
        if (call.path("id").asText("").isEmpty()) {
          call.put("id", Ids.fresh("call_"));
        }
        remember(part, call.path("id").asText(), to);
      }
    }
  }

  private void remember(ObjectNode part, String id, ReasoningMemory to) {
    String signature = part.path(SIGNATURE).asText("");
    if (!signature.isEmpty() && !signature.equals(UNCHECKED)) {
      to.remember(client, ofCall(id), signature);
    }
    String ofThoughts = signed;
    if (!called && ofThoughts != null && !ofThoughts.isEmpty() && !thought.isEmpty()) {
      to.remember(client, ofThought(id), ofThoughts + "\n" + thought);
    }
    called = true;
  }
}
