package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What Google's Code Assist puts around a request in Gemini's dialect, and takes from around its
 * answer (providers.md 5.3 and 13.5): {@code {model, project, user_prompt_id, request}} one way,
 * {@code {response}} the other. The project is the account's.
 */
final class CodeAssistEnvelope implements BodyTransform {
  static final String PROJECT = "project";

  @Override
  public String name() {
    return "code-assist-envelope";
  }

  @Override
  public String does() {
    return "the request is put into `{model, project, user_prompt_id, request}` with the project of the account, and the answer is taken out"
        + " of `response`; the last of a list";
  }

  @Override
  public boolean asksForAccess() {
    return true;
  }

  @Override
  public void request(ObjectNode body, String model, Access access) {
    ObjectNode inner = body.objectNode();
    inner.setAll(body);
    String text = firstUserText(inner);
    byte[] digest = digest(access.token().fingerprint() + "\n" + text);
    UUID session = text.isEmpty() ? UUID.randomUUID() : uuid(digest);
    inner.put("session_id", session.toString());
    body.removeAll();
    body.put("model", model);
    String project = access.facts().getOrDefault(PROJECT, "");
    if (!project.isEmpty()) {
      body.put(PROJECT, project); // null would be refused
    }
    body.put("user_prompt_id", "%014x".formatted(ThreadLocalRandom.current().nextLong(1L << 56)));
    body.set("request", inner);
  }

  @Override
  public boolean unpacksAnswers() {
    return true;
  }

  @Override
  public byte @Nullable [] inside(byte[] answer, int start, int end) {
    return responseOf(answer, start, end);
  }

  /** What stands in {@code response}; null when there is none. */
  static byte @Nullable [] responseOf(byte[] answer, int start, int end) {
    try (JsonReader json = new JsonReader(answer, start, end)) {
      if (json.next() != JsonToken.START_OBJECT) {
        return null;
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("response") && json.isObject()) {
          Raw response = json.raw();
          return Arrays.copyOfRange(response.bytes(), response.start(), response.end());
        }
        json.skip();
      }
      return null;
    } catch (IOException e) {
      return null; // whoever reads it says what is wrong with it
    }
  }

  /** What a conversation began with, by which turns of one are known; empty for nothing. */
  static String firstUserText(ObjectNode request) {
    for (JsonNode content : request.path("contents")) {
      if (!content.path("role").asText("user").equals("user")) {
        continue;
      }
      for (JsonNode part : content.path("parts")) {
        String text = part.path("text").asText("");
        if (!text.isBlank()) {
          return text;
        }
      }
    }
    return "";
  }

  static byte[] digest(String text) {
    return Trees.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static UUID uuid(byte[] digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    return new UUID(bytes.getLong(), bytes.getLong());
  }
}
