package dev.caravan.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an account: the members of its credential file (providers.md 2.3), those that
 * nobody here knows among them. Files of the vendors' own programs are read too: tokens under
 * {@code credential} or {@code tokens}, ends of tokens as {@code token_expiry} or {@code expired}.
 * Immutable; prints nothing of what it holds.
 */
public final class AccountDocument {
  static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final String METADATA = "_proxy_metadata";
  private static final long SECONDS_BELOW = 100_000_000_000L;

  /** Facts by the member of {@code _proxy_metadata} that holds them, where the names differ. */
  private static final Map<String, String> RENAMED =
      Map.of("project_id", "project", "plan", "plan_type");

  private static final Map<String, String> MEMBER_OF =
      Map.of("project", "project_id", "plan_type", "plan");

  /** Facts that stand beside the tokens. */
  private static final Set<String> BESIDE_TOKENS =
      Set.of(
          "account_id",
          "api_key",
          "client_id",
          "client_secret",
          "id_token",
          "resource_url",
          "scope",
          "token_type",
          "token_uri",
          "universe_domain");

  private static final List<String> SECRET_MEMBERS =
      List.of("id_token", "api_key", "client_secret", "cookie");

  private static final List<String> EXPIRIES =
      List.of("expiry_date", "token_expiry", "expired", "expires_at");

  /** Cookies are worth nothing some day, and only a person brings new ones (providers.md 2.4). */
  private static final Duration COOKIE_LEAD = Duration.ofDays(2);

  /** Where times without a zone are told by the provider that takes cookies (providers.md 8). */
  private static final ZoneOffset CHINA = ZoneOffset.ofHours(8);

  private final ObjectNode tree;

  private AccountDocument(ObjectNode tree) {
    this.tree = tree;
  }

  /**
   * Reads a credential file.
   *
   * @throws IOException if it is none; the message is for people and repeats nothing of it
   */
  public static AccountDocument read(byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      throw new IOException("it is empty");
    }
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "it is not whole JSON (line %d)"
              .formatted(e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
    }
    return of(root);
  }

  static AccountDocument of(JsonNode root) throws IOException {
    if (!(root instanceof ObjectNode object)) {
      throw new IOException("it is not a JSON object");
    }
    ObjectNode tree = object.deepCopy();
    for (String nest : List.of("credential", "tokens")) {
      if (tree.get(nest) instanceof ObjectNode nested) {
        tree.remove(nest);
        nested.properties().forEach(e -> tree.putIfAbsent(e.getKey(), e.getValue()));
      }
    }
    AccountDocument document = new AccountDocument(tree);
    if (document.refreshToken().isEmpty()) {
      throw new IOException("it has no refresh_token, so it cannot be kept alive");
    }
    return document;
  }

  /** That of an account of the environment. */
  static AccountDocument ofMembers(Map<String, String> members) {
    ObjectNode tree = JSON.createObjectNode();
    members.forEach(tree::put);
    return new AccountDocument(tree);
  }

  /** The first one of an account that has just been logged in. */
  static AccountDocument ofAnswer(Map<String, Object> answer, long nowMillis, boolean iso) {
    return new AccountDocument(JSON.createObjectNode()).withAnswer(answer, nowMillis, iso);
  }

  public String accessToken() {
    return text("access_token");
  }

  /** What new tokens are granted for: a refresh token, or the cookie of a browser. */
  public String refreshToken() {
    String token = text("refresh_token");
    return token.isEmpty() ? text("cookie") : token;
  }

  /** Whether it lives on the cookie of a browser that is logged in (providers.md 8). */
  boolean isByCookie() {
    return text("refresh_token").isEmpty() && !text("cookie").isEmpty();
  }

  /** How long before its end it is refreshed, at most. */
  Duration refreshLead(OAuth oauth) {
    return isByCookie() ? COOKIE_LEAD : oauth.refreshLead();
  }

  /** When the access token ends, in milliseconds since 1970; 0 when nothing says so. */
  public long expiresAtMillis() {
    for (String name : EXPIRIES) {
      JsonNode value = tree.path(name);
      long millis = value.isNumber() ? ofNumber(value.asDouble()) : ofText(value.asText(""));
      if (millis > 0) {
        return millis;
      }
    }
    JsonNode exp = claim(accessToken(), "exp");
    return exp != null && exp.isNumber() ? exp.asLong() * 1000 : inChina(text("expire_time"));
  }

  private static long inChina(String text) {
    try {
      return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(CHINA).toEpochMilli();
    } catch (DateTimeException unreadable) {
      return 0;
    }
  }

  /** How long its last token was to live when it was new, 0 when not known. */
  long lifetimeMillis() {
    return tree.path(METADATA).path("expires_in").asLong(0) * 1000;
  }

  /** What is known of the account, by name; tokens are none of it but the id token. */
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    for (String name : BESIDE_TOKENS) {
      put(facts, name, text(name));
    }
    for (String name : List.of("email", "client_email", "account")) {
      if (!facts.containsKey("email")) {
        put(facts, "email", text(name));
      }
    }
    if (isByCookie()) {
      facts.put("credential_type", "cookie");
    }
    if (tree.get(METADATA) instanceof ObjectNode metadata) {
      metadata
          .properties()
          .forEach(
              e -> {
                if (e.getValue().isTextual()) {
                  put(facts, RENAMED.getOrDefault(e.getKey(), e.getKey()), e.getValue().asText());
                }
              });
    }
    return facts;
  }

  public String fact(String name) {
    return facts().getOrDefault(name, "");
  }

  /**
   * What tells this account from others of its provider: the account's id, else its e-mail or
   * label; empty when nothing is known. Never shown.
   */
  public String identity() {
    Map<String, String> facts = facts();
    String id = facts.getOrDefault("account_id", "");
    if (!id.isEmpty()) {
      String user = facts.getOrDefault("user_id", "");
      return user.isEmpty() ? id : id + "/" + user;
    }
    return facts
        .getOrDefault("email", facts.getOrDefault("label", ""))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** Whether its owner has said that it is not to be used. */
  public boolean isDisabled() {
    return tree.path(METADATA).path("disabled").asBoolean(false);
  }

  /** What its owner calls it, empty for nothing. */
  String label() {
    return fact("label");
  }

  /** Whether both are of one login. */
  boolean hasTokensOf(AccountDocument other) {
    return refreshToken().equals(other.refreshToken()) && accessToken().equals(other.accessToken());
  }

  /** Whether its token ends later, so that it is the one that was granted last. */
  boolean isYoungerThan(AccountDocument other) {
    return !hasTokensOf(other) && expiresAtMillis() > other.expiresAtMillis();
  }

  /** The same account with the tokens of another document of it. */
  AccountDocument withTokensOf(AccountDocument other) {
    ObjectNode next = tree.deepCopy();
    EXPIRIES.forEach(next::remove);
    // a key that was fetched with the tokens goes with them
    for (String member : List.of("access_token", "refresh_token", "id_token", "api_key")) {
      String token = other.text(member);
      if (!token.isEmpty()) {
        next.put(member, token);
      }
    }
    next.put("expiry_date", other.expiresAtMillis());
    return new AccountDocument(next);
  }

  /** Whether both would be written alike; numbers of one value may be kept in different kinds. */
  boolean isWrittenLike(AccountDocument other) {
    return Arrays.equals(bytes(), other.bytes());
  }

  /** What no log may show. */
  List<String> secrets() {
    List<String> all = new ArrayList<>(List.of(accessToken(), refreshToken()));
    SECRET_MEMBERS.forEach(member -> all.add(text(member)));
    all.removeIf(String::isEmpty);
    return all;
  }

  /** The same with what a token endpoint has just granted. */
  AccountDocument withAnswer(Map<String, Object> answer, long nowMillis, boolean iso) {
    ObjectNode next = tree.deepCopy();
    EXPIRIES.forEach(next::remove);
    answer.forEach(
        (name, value) -> {
          if (value instanceof String text && !text.isBlank()) {
            next.put(name, text);
          }
        });
    long lifetime = lifetime(answer, next.path("access_token").asText(""), nowMillis);
    long end = nowMillis + lifetime;
    if (iso) {
      next.put("expiry_date", Instant.ofEpochMilli(end).truncatedTo(ChronoUnit.SECONDS).toString());
    } else {
      next.put("expiry_date", end);
    }
    ObjectNode metadata = metadata(next);
    metadata.put("expires_in", lifetime / 1000);
    metadata.put("last_check_timestamp", nowMillis / 1000.0);
    return new AccountDocument(next);
  }

  private static long lifetime(Map<String, Object> answer, String token, long nowMillis) {
    if (answer.get("expire_time") instanceof String end) {
      return Math.max(0, inChina(end) - nowMillis);
    }
    Object said = answer.get("expires_in");
    if (said instanceof Number seconds) {
      return Math.max(0, seconds.longValue()) * 1000;
    }
    if (said instanceof String text && text.matches("\\d{1,9}")) {
      return Long.parseLong(text) * 1000;
    }
    JsonNode exp = claim(token, "exp");
    if (exp != null && exp.isNumber()) {
      return Math.max(0, exp.asLong() * 1000 - nowMillis);
    }
    return 3_600_000; // RFC 6749 5.1 only recommends to say it
  }

  /** The same with more facts; one with an empty text goes. */
  AccountDocument withFacts(Map<String, String> facts) {
    if (facts.isEmpty()) {
      return this;
    }
    ObjectNode next = tree.deepCopy();
    facts.forEach(
        (name, value) -> {
          ObjectNode home = BESIDE_TOKENS.contains(name) ? next : metadata(next);
          String member = BESIDE_TOKENS.contains(name) ? name : MEMBER_OF.getOrDefault(name, name);
          if (value.isEmpty()) {
            home.remove(member);
          } else {
            home.put(member, value);
          }
        });
    return new AccountDocument(next);
  }

  byte[] bytes() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was just read cannot be written", e);
    }
  }

  /** The texts of its members, for an export. */
  String text(String member) {
    JsonNode value = tree.path(member);
    return value.isTextual() ? value.asText().strip() : "";
  }

  /** A claim of a token that is a JWT; null when it is none. Its signature is not looked at. */
  static @Nullable JsonNode claim(String token, String name) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).get(name);
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  private static ObjectNode metadata(ObjectNode root) {
    return root.get(METADATA) instanceof ObjectNode there ? there : root.putObject(METADATA);
  }

  private static void put(Map<String, String> facts, String name, String value) {
    if (!value.isBlank()) {
      facts.put(name, value);
    }
  }

  private static long ofNumber(double number) {
    return number < SECONDS_BELOW ? (long) (number * 1000) : (long) number;
  }

  private static long ofText(String text) {
    if (text.isBlank()) {
      return 0;
    }
    if (text.matches("\\d{1,16}(\\.\\d+)?")) {
      return ofNumber(Double.parseDouble(text));
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException withoutZone) {
      try {
        return LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
      } catch (DateTimeException noTime) {
        return 0;
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AccountDocument that && tree.equals(that.tree);
  }

  @Override
  public int hashCode() {
    return tree.hashCode();
  }

  @Override
  public String toString() {
    return "AccountDocument";
  }
}
