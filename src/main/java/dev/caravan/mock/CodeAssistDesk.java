package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Google's Code Assist tells of an account, and does for a new one: its plan and project, its
 * quota, the models that it has. Words in the access token say which account it is: {@code free},
 * {@code ultra} (a paid one otherwise), {@code fresh} without a plan yet, {@code onboardN} whose
 * project takes N more looks, {@code nojoin} that Google does not serve, {@code noproject}, {@code
 * own} with a cloud project of its own, {@code spent} with no quota left. Drills of refusal and
 * delay hold too.
 */
final class CodeAssistDesk {
  static final String PROJECT = "mock-project";
  private static final String ROOT = "/v1internal:";
  private static final String JSON = "application/json; charset=UTF-8";
  private static final ObjectMapper TREES = new ObjectMapper(Json.FACTORY);
  private static final Set<String> METHODS =
      Set.of("loadCodeAssist", "onboardUser", "retrieveUserQuota", "fetchAvailableModels");
  private static final Pattern LATER = Pattern.compile("onboard(\\d{1,4})");
  private static final Pattern DIVIDERS = Pattern.compile("[-_./:,\\s]+");
  private static final List<String> MODELS =
      List.of("gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-pro-preview", "gemini-3-flash");
  private static final List<String> AGENT_MODELS =
      List.of(
          "claude-opus-4-5-thinking", "claude-sonnet-4-5", "gemini-3-pro-high", "gemini-3-flash");

  private final Stage stage;

  CodeAssistDesk(Stage stage) {
    this.stage = stage;
  }

  /** Whether a path is one of Code Assist's, where requests come in its envelope. */
  static boolean isOne(String path) {
    return path.contains(ROOT);
  }

  /** Whether it is asked about accounts. */
  static boolean serves(String path) {
    int at = path.indexOf(ROOT);
    return (at >= 0 && METHODS.contains(path.substring(at + ROOT.length())))
        || path.startsWith("/v1/projects");
  }

  void answer(String path, byte[] body, Visit visit, Pacer pacer) {
    Scenario scenario = stage.scenario(visit.key(), "");
    if (scenario.mishapOf(visit.turnOfKey().number(), visit.turnOfKey().inFlight())
        instanceof Mishap.Refused(Refusal refusal)) {
      visit.refuse(GeminiShow.googles(refusal));
    } else if (scenario.waitMillis() > 0) {
      pacer.after(scenario.waitMillis(), () -> answer(path, body, visit));
    } else {
      answer(path, body, visit);
    }
  }

  private void answer(String path, byte[] body, Visit visit) {
    if (visit.isOver()) {
      return;
    }
    Set<String> words = Set.of(words(visit.key()));
    if (path.startsWith("/v1/projects")) {
      visit.answer(200, JSON, Buffer.buffer(cloud(path, words)));
      return;
    }
    JsonNode asked;
    try {
      asked = TREES.readTree(body);
    } catch (IOException e) {
      visit.refuse(GeminiShow.googles(Refusal.invalid(400, "Invalid JSON payload received.")));
      return;
    }
    switch (path.substring(path.indexOf(ROOT) + ROOT.length())) {
      case "loadCodeAssist" -> visit.answer(200, JSON, Buffer.buffer(load(asked, words)));
      case "onboardUser" -> onboard(asked, words, visit);
      case "retrieveUserQuota" -> visit.answer(200, JSON, Buffer.buffer(quota(words)));
      default -> visit.answer(200, JSON, Buffer.buffer(models(words)));
    }
  }

  private static String[] words(String token) {
    return java.util.Arrays.stream(DIVIDERS.split(token.toLowerCase(Locale.ROOT), -1))
        .distinct()
        .toArray(String[]::new);
  }

  private static String tier(Set<String> words) {
    return words.contains("ultra")
        ? "g1-ultra-tier"
        : words.contains("free") ? "free-tier" : "standard-tier";
  }

  private static boolean isNew(Set<String> words) {
    return words.contains("fresh") || words.stream().anyMatch(w -> LATER.matcher(w).matches());
  }

  private static String load(JsonNode asked, Set<String> words) {
    if (words.contains("nojoin")) {
      return """
          {"ineligibleTiers":[{"reasonCode":"UNSUPPORTED_CLIENT","reasonMessage":"This account is served by other programs.",\
          "tierId":"free-tier","tierName":"Gemini Code Assist for individuals"}]}""";
    }
    boolean named = asked.hasNonNull("cloudaicompanionProject");
    if (isNew(words) && !named) {
      return """
          {"allowedTiers":[{"id":"legacy-tier"},{"id":"free-tier","isDefault":true}]}""";
    }
    String project =
        words.contains("noproject") || words.contains("own")
            ? ""
            : ",\"cloudaicompanionProject\":\"" + PROJECT + "\"";
    String plan = tier(words);
    return plan.startsWith("g1-")
        ? "{\"currentTier\":{\"id\":\"standard-tier\"},\"paidTier\":{\"id\":\""
            + plan
            + "\"}"
            + project
            + "}"
        : "{\"currentTier\":{\"id\":\"" + plan + "\"}" + project + "}";
  }

  private void onboard(JsonNode asked, Set<String> words, Visit visit) {
    boolean free = asked.path("tierId").asText("").equals("free-tier");
    if (free && asked.has("cloudaicompanionProject")) {
      visit.refuse(GeminiShow.googles(Refusal.invalid(412, "Precondition check failed.")));
      return;
    }
    int later =
        words.stream()
            .map(LATER::matcher)
            .filter(Matcher::matches)
            .mapToInt(match -> Integer.parseInt(match.group(1)))
            .findFirst()
            .orElse(0);
    String operation =
        stage.joins(visit.key()) <= later
            ? "{\"name\":\"operations/mock-1\",\"done\":false}"
            : words.contains("noproject")
                ? "{\"name\":\"operations/mock-1\",\"done\":true,\"response\":{}}"
                : "{\"name\":\"operations/mock-1\",\"done\":true,\"response\":{\"cloudaicompanionProject\":{\"id\":\""
                    + PROJECT
                    + "\",\"name\":\"Mock\"}}}";
    visit.answer(200, JSON, Buffer.buffer(operation));
  }

  private static String quota(Set<String> words) {
    return MODELS.stream()
        .map(
            model ->
                "{\"modelId\":%s,%s\"resetTime\":\"%s\",\"tokenType\":\"REQUESTS\"}"
                    .formatted(Json.quoted(model), share(model, words), tomorrow()))
        .collect(Collectors.joining(",", "{\"buckets\":[", "]}"));
  }

  private static Instant tomorrow() {
    return Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
  }

  /** A share of nothing is not told. */
  private static String share(String model, Set<String> words) {
    boolean spent = words.contains("spent") && (model.contains("pro") || model.contains("claude"));
    return spent ? "" : "\"remainingFraction\":0.9,";
  }

  private static String models(Set<String> words) {
    return AGENT_MODELS.stream()
        .map(
            model ->
                "%s:{\"displayName\":%s,\"quotaInfo\":{%s\"resetTime\":\"%s\"}}"
                    .formatted(
                        Json.quoted(model), Json.quoted(model), share(model, words), tomorrow()))
        .collect(Collectors.joining(",", "{\"models\":{", "}}"));
  }

  private static String cloud(String path, Set<String> words) {
    if (path.contains("/services/")) {
      return "{\"state\":\"%s\"}".formatted(words.contains("own") ? "ENABLED" : "DISABLED");
    }
    return words.contains("own")
        ? "{\"projects\":[{\"projectId\":\"gone-1\",\"lifecycleState\":\"DELETE_REQUESTED\"},{\"projectId\":\"own-1\",\"lifecycleState\":\"ACTIVE\"}]}"
        : "{}";
  }

  /** A refusal with the details that Code Assist gives. */
  static Refusal detailed(Refusal refusal, String model) {
    if (refusal.status() == 429 && refusal.retryAfterSeconds() == 0) {
      return new Refusal(
          429,
          0,
          JSON,
          "{\"error\":{\"code\":429,\"message\":\"Resource has been exhausted (e.g. check quota).\",\"status\":\"RESOURCE_EXHAUSTED\"}}");
    }
    String details =
        switch (refusal.status()) {
          case 429 -> limit(refusal.retryAfterSeconds(), model);
          case 503 ->
              "[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"MODEL_CAPACITY_EXHAUSTED\",\"domain\":\"cloudcode-pa.googleapis.com\"}]";
          default -> "";
        };
    int end = refusal.body().lastIndexOf("}}");
    if (details.isEmpty() || end < 0 || refusal.body().contains("\"details\"")) {
      return refusal;
    }
    String body = refusal.body().substring(0, end) + ",\"details\":" + details + "}}";
    return new Refusal(refusal.status(), 0, JSON, body);
  }

  private static String limit(int seconds, String model) {
    String info =
        "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"RATE_LIMIT_EXCEEDED\",\"domain\":\"cloudcode-pa.googleapis.com\",\"metadata\":{\"model\":"
            + Json.quoted(model)
            + "}}";
    return seconds == 0
        ? ""
        : "["
            + info
            + ",{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\""
            + seconds
            + "s\"}]";
  }
}
