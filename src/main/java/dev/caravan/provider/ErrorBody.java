package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an upstream's error says by name, whichever of the usual shapes it has: {@code
 * {"error":{…}}}, the same in a list, {@code {"error":"text"}}, an error at the top level, {@code
 * {"detail":…}}, {@code {"errors":[…]}}, a failed response of OpenAI's, or no JSON at all.
 *
 * @param error the object that describes the error, missing when there is none
 * @param code its number when that is an HTTP status, else 0
 * @param words codes, types, states and reasons in lower case, each with its place
 * @param details Google's {@code details[]}, empty for others
 * @param text its message, with the wrapped provider's own text in further lines
 */
record ErrorBody(
    JsonNode error, int code, Map<String, String> words, List<JsonNode> details, String text) {

  private static final int LARGEST = 1 << 20;
  private static final int LONGEST_TEXT = 8_192;
  private static final Pattern TITLE = Pattern.compile("(?is)<title[^>]{0,200}>([^<]{1,300})");
  private static final Pattern HTTP_STATUS = Pattern.compile("[45]\\d\\d");

  static ErrorBody read(byte[] body) {
    JsonNode root = tree(body);
    JsonNode error = errorOf(root);
    int code = codeOf(error, root);
    List<JsonNode> details = new ArrayList<>();
    error.path("details").forEach(details::add);
    return new ErrorBody(
        error, code, words(root, error, details), details, cut(textOf(body, root, error)));
  }

  /** The first entry of {@code details[]} of a {@code google.rpc} type, missing when none. */
  JsonNode detail(String type) {
    return details.stream()
        .filter(d -> d.path("@type").asText("").endsWith("google.rpc." + type))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  /** The quotas that were violated, as Google names them. */
  List<JsonNode> violations() {
    List<JsonNode> violations = new ArrayList<>();
    detail("QuotaFailure").path("violations").forEach(violations::add);
    return violations;
  }

  /** Whether a violated quota, or the reason given, is counted over such a time. */
  boolean countsPer(String... spans) {
    for (JsonNode violation : violations()) {
      String id = violation.path("quotaId").asText("") + violation.path("quotaMetric").asText("");
      for (String span : spans) {
        if (id.contains("Per" + span) || id.contains("per_" + span.toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return false;
  }

  private static JsonNode tree(byte[] body) {
    try {
      JsonNode root = body.length > LARGEST ? null : Json.TREES.readTree(body);
      JsonNode first = root != null && root.isArray() && !root.isEmpty() ? root.get(0) : root;
      return first == null ? MissingNode.getInstance() : first;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static JsonNode errorOf(JsonNode root) {
    for (JsonNode candidate :
        List.of(
            root.path("error").path("error"),
            root.path("error"),
            root.path("response").path("error"),
            root.path("errors").path(0),
            root.path("detail"))) {
      if (candidate.isObject() && !candidate.isEmpty()) {
        return candidate;
      }
    }
    return root.isObject() ? root : MissingNode.getInstance();
  }

  private static int codeOf(JsonNode error, JsonNode root) {
    for (JsonNode candidate :
        List.of(
            error.path("code"),
            error.path("status"),
            error.path("status_code"),
            root.path("code"),
            root.path("status"),
            root.path("status_code"))) {
      String text = candidate.isValueNode() ? candidate.asText("") : "";
      if (HTTP_STATUS.matcher(text).matches()) {
        return Integer.parseInt(text);
      }
    }
    return 0;
  }

  private static Map<String, String> words(JsonNode root, JsonNode error, List<JsonNode> details) {
    Map<String, String> words = new LinkedHashMap<>();
    put(words, error.path("code"), "error.code");
    put(words, error.path("status"), "error.status");
    put(words, error.path("type"), "error.type");
    details.forEach(d -> put(words, d.path("reason"), "error.details[].reason"));
    put(words, error.path("innererror").path("code"), "error.innererror.code");
    put(words, root.path("error"), "error");
    put(words, root.path("code"), "code");
    put(words, root.path("type"), "type");
    put(words, root.path("base_resp").path("status_code"), "base_resp.status_code");
    return words;
  }

  private static void put(Map<String, String> words, JsonNode node, String place) {
    String word = node.isValueNode() ? node.asText("").strip().toLowerCase(Locale.ROOT) : "";
    if (!word.isEmpty() && word.length() <= 100 && word.indexOf(' ') < 0) {
      words.putIfAbsent(word, "body " + place);
    }
  }

  private static String textOf(byte[] body, JsonNode root, JsonNode error) {
    List<JsonNode> candidates =
        List.of(
            error.path("message"),
            error.path("msg"),
            root.path("error"),
            root.path("error_description"),
            root.path("message"),
            root.path("detail"),
            root.path("detail").path(0).path("msg"),
            root.path("base_resp").path("status_msg"));
    for (JsonNode candidate : candidates) {
      if (candidate.isTextual() && !candidate.asText().isBlank()) {
        JsonNode wrapped = error.path("metadata").path("raw");
        return candidate.asText() + (wrapped.isTextual() ? "\n" + wrapped.asText() : "");
      }
    }
    return unstructured(body);
  }

  private static String unstructured(byte[] body) {
    String raw = new String(body, 0, Math.min(body.length, LONGEST_TEXT), StandardCharsets.UTF_8);
    Matcher title = TITLE.matcher(raw);
    return title.find() ? title.group(1) : raw;
  }

  private static String cut(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }
}
