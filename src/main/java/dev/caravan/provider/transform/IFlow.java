package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
import dev.caravan.call.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What iFlow's API takes, with the signature that it asks for (providers.md 8). */
final class IFlow implements BodyTransform {
  /** Part of the text that is signed, so the API knows no other. */
  static final String USER_AGENT = "iFlow-Cli";

  private static final Set<String> OFF = Set.of("none", "disabled", "0", "off", "false");
  private static final Set<String> ENABLE =
      Set.of("glm-4.6", "glm-4.7", "qwen3-max-preview", "deepseek-v3.2", "deepseek-v3.1");
  private static final Set<String> KEEP = Set.of("glm-4.6", "glm-4.7");
  private static final Set<String> SPLIT = Set.of("minimax-m2", "minimax-m2.1");

  @Override
  public String name() {
    return "iflow";
  }

  @Override
  public String does() {
    return "fields that iFlow does not know are left out, it is always asked for a stream, schemas of tools lose `strict` and"
        + " `additionalProperties`, a wish to think is put into the words of the model's template, and each request is signed with its"
        + " key";
  }

  @Override
  public boolean asksForAccess() {
    return true;
  }

  @Override
  public Map<String, String> headers(String model, Access access) {
    return signed(
        access.token().reveal(), "session-" + UUID.randomUUID(), TimeSource.system().epochMillis());
  }

  /** The headers that go with a key; without one nothing is signed. */
  static Map<String, String> signed(String key, String session, long millis) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("User-Agent", USER_AGENT);
    headers.put("session-id", session);
    headers.put("x-iflow-timestamp", Long.toString(millis));
    if (!key.isEmpty()) {
      headers.put("x-iflow-signature", hmac(key, USER_AGENT + ":" + session + ":" + millis));
    }
    return headers;
  }

  private static String hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  @Override
  public void request(ObjectNode body, String model) {
    Trees.oldNameOfMaxTokens(body);
    Boolean thinks = thinks(body);
    boolean emptyTools = body.path("tools").isArray() && body.path("tools").isEmpty();
    body.retain(ChatTools.TAKEN);
    body.put("stream", true);
    ChatTools.clean(body);
    if (emptyTools) {
      ChatTools.placeholder(body, "noop", "Does nothing.");
    }
    if (thinks != null) {
      think(body, model.toLowerCase(Locale.ROOT), thinks);
    }
  }

  /** What the client wishes, null when it says nothing. */
  private static @Nullable Boolean thinks(ObjectNode body) {
    String effort = Trees.effort(body);
    if (!effort.isEmpty()) {
      return !OFF.contains(effort);
    }
    JsonNode wish = body.path("extra_body").path("thinking");
    JsonNode said = wish.isMissingNode() ? body.path("thinking") : wish;
    if (said.isObject()) {
      return !said.has("budget_tokens") || said.path("budget_tokens").asLong(1) != 0;
    }
    boolean nothing = said.isMissingNode() || said.isNull();
    return nothing ? null : said.asBoolean(!said.asText().isEmpty());
  }

  private static void think(ObjectNode body, String model, boolean on) {
    if (ENABLE.contains(model)) {
      ObjectNode template = body.putObject("chat_template_kwargs").put("enable_thinking", on);
      if (on && KEEP.contains(model)) {
        template.put("clear_thinking", false);
      }
    } else if (SPLIT.contains(model)) {
      body.put("reasoning_split", on);
    }
  }

  @Override
  public @Nullable StreamChange ofStream() {
    return new Stream();
  }

  private static final class Stream implements StreamChange {
    @Override
    public boolean wants(byte[] json, int start, int end) {
      return Bytes.hold(json, start, end, "\"usage\"");
    }

    /** Counts that are all zero are a mark of the end, and no counts. */
    @Override
    public List<ObjectNode> event(ObjectNode event) {
      JsonNode usage = event.path("usage");
      boolean nothing =
          usage.isObject()
              && usage.path("prompt_tokens").asLong(0) == 0
              && usage.path("completion_tokens").asLong(0) == 0
              && usage.path("total_tokens").asLong(0) == 0;
      if (!nothing) {
        return List.of(event);
      }
      event.remove("usage");
      return event.path("choices").isEmpty() ? List.of() : List.of(event);
    }
  }
}
