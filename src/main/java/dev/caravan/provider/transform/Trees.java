package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What several transforms do with trees. */
final class Trees {
  private static final Set<String> OFF = Set.of("none", "disable", "disabled", "off");

  private Trees() {}

  /** The objects of an array, none when it is no array. */
  static List<ObjectNode> objects(JsonNode array) {
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode one : array) {
      if (one instanceof ObjectNode object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** The messages of a request in OpenAI's chat dialect. */
  static List<ObjectNode> messages(ObjectNode body) {
    return objects(body.path("messages"));
  }

  /** What the choices of an answer or of an event hold: messages or pieces of them. */
  static List<ObjectNode> said(ObjectNode answer) {
    List<ObjectNode> said = new ArrayList<>();
    for (JsonNode choice : answer.path("choices")) {
      for (String member : List.of("message", "delta")) {
        if (choice.path(member) instanceof ObjectNode object) {
          said.add(object);
        }
      }
    }
    return said;
  }

  /** The effort that is asked for in lower case, empty when nothing was said. */
  static String effort(ObjectNode body) {
    return body.path("reasoning_effort").asText("").strip().toLowerCase(Locale.ROOT);
  }

  static boolean isOff(String effort) {
    return OFF.contains(effort);
  }

  /** The texts of a content, whether it is one or a list of parts. */
  static String text(JsonNode content) {
    if (!(content instanceof ArrayNode parts)) {
      return content.asText("");
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode part : parts) {
      if (part.path("text").isTextual()) {
        texts.add(part.path("text").asText());
      }
    }
    return String.join("\n", texts);
  }

  /** The object of that name, made when there is none. */
  static ObjectNode object(ObjectNode parent, String name) {
    return parent.path(name) instanceof ObjectNode known ? known : parent.putObject(name);
  }

  /** Whether an option says yes. */
  static boolean isOn(String said) {
    return Set.of("true", "1", "yes").contains(said.strip().toLowerCase(Locale.ROOT));
  }

  /** Puts a text before the instruction of a request in Gemini's dialect. */
  static void systemTextFirst(ObjectNode body, String text) {
    ObjectNode system = object(body, "systemInstruction");
    ArrayNode parts =
        system.path("parts") instanceof ArrayNode known ? known : system.putArray("parts");
    parts.insertObject(0).put("text", parts.isEmpty() ? text : text + "\n\n");
  }

  /** SHA-256 of a text in hex. */
  static String sha256(String text) {
    return HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.UTF_8)));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Puts {@code max_completion_tokens} under the name that older dialects have for it. */
  static void oldNameOfMaxTokens(ObjectNode body) {
    JsonNode limit = body.remove("max_completion_tokens");
    if (limit != null && !body.has("max_tokens")) {
      body.set("max_tokens", limit);
    }
  }
}
