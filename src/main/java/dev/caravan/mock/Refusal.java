package dev.caravan.mock;

/**
 * An error answer. The texts are those of the real providers, so that what reads them is tested
 * with the real thing.
 *
 * @param status HTTP status
 * @param retryAfterSeconds value of {@code Retry-After}, 0 for no such header
 * @param contentType of the body
 * @param body as text
 */
record Refusal(int status, int retryAfterSeconds, String contentType, String body) {

  private static final String JSON = "application/json";

  /** OpenAI's 429 for requests per minute. Zero seconds: without any hint when to come back. */
  static Refusal rateLimited(int seconds) {
    String hint = seconds == 0 ? "" : " Please try again in " + seconds + "s.";
    return json(
        429,
        seconds,
        "Rate limit reached for requests per min (RPM): Limit 3, Used 3, Requested 1." + hint,
        "requests",
        "null",
        "\"rate_limit_exceeded\"");
  }

  /** OpenAI's 401; it shows the ends of the key. */
  static Refusal wrongKey(String key) {
    return incorrectKey(masked(key));
  }

  /** The same from a provider that repeats the whole key. */
  static Refusal wrongKeyInFull(String key) {
    return incorrectKey(key);
  }

  /** Google's 429 for a quota; the hint stands in the body only. */
  static Refusal quota(int seconds) {
    return new Refusal(
        429,
        0,
        JSON,
        """
        {"error":{"code":429,"message":"You exceeded your current quota. Please retry in %1$ds.",\
        "status":"RESOURCE_EXHAUSTED","details":[\
        {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[\
        {"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests",\
        "quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaValue":"50"}]},\
        {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"%1$ds"}]}}"""
            .formatted(seconds));
  }

  /** What the back end of ChatGPT plans says when a window of the plan is spent. */
  static Refusal planIsSpent(int seconds) {
    long now = System.currentTimeMillis() / 1000;
    return new Refusal(
        429,
        0,
        JSON,
        """
        {"error":{"type":"usage_limit_reached","message":"The usage limit has been reached",\
        "plan_type":"plus","resets_at":%d,"resets_in_seconds":%d}}"""
            .formatted(now + seconds, seconds));
  }

  /** OpenAI's 429 for an account without money; it comes back when somebody pays. */
  static Refusal noMoney() {
    return json(
        429,
        0,
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "null",
        "\"insufficient_quota\"");
  }

  static Refusal contextTooLong() {
    return json(
        400,
        0,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in"
            + " 9001 tokens. Please reduce the length of the messages.",
        "invalid_request_error",
        "\"messages\"",
        "\"context_length_exceeded\"");
  }

  /** The page of a proxy that stands before a provider. */
  static Refusal htmlPage() {
    return new Refusal(
        502,
        0,
        "text/html",
        "<html><head><title>502 Bad Gateway</title></head>"
            + "<body><h1>502 Bad Gateway</h1></body></html>\n");
  }

  /** What providers say with this status. */
  static Refusal withStatus(int status) {
    return switch (status) {
      case 401 -> incorrectKey("");
      case 402 -> json(status, 0, "Insufficient Balance", "unknown_error", "null", "null");
      case 403 ->
          json(status, 0, "You do not have permission.", "permission_error", "null", "null");
      case 404 ->
          json(
              status,
              0,
              "The model does not exist or you do not have access to it.",
              "invalid_request_error",
              "\"model\"",
              "\"model_not_found\"");
      case 429 -> rateLimited(0);
      case 529 -> json(status, 0, "Overloaded", "overloaded_error", "null", "null");
      case 503 ->
          json(
              status,
              0,
              "The engine is currently overloaded, please try again later.",
              "server_error",
              "null",
              "null");
      default ->
          status < 500
              ? invalid(status, "The request was refused with status " + status + ".")
              : json(
                  status,
                  0,
                  "The server had an error while processing your request. Sorry about that!",
                  "server_error",
                  "null",
                  "null");
    };
  }

  /** A request that the mock itself cannot read. */
  static Refusal invalid(int status, String message) {
    return json(status, 0, message, "invalid_request_error", "null", "null");
  }

  private static Refusal incorrectKey(String shown) {
    return json(
        401,
        0,
        "Incorrect API key provided: "
            + shown
            + ". You can find your API key at https://platform.openai.com/account/api-keys.",
        "invalid_request_error",
        "null",
        "\"invalid_api_key\"");
  }

  private static Refusal json(
      int status, int seconds, String message, String type, String param, String code) {
    String body =
        "{\"error\":{\"message\":"
            + Json.quoted(message)
            + ",\"type\":\""
            + type
            + "\",\"param\":"
            + param
            + ",\"code\":"
            + code
            + "}}";
    return new Refusal(status, seconds, JSON, body);
  }

  private static String masked(String key) {
    int shown = Math.min(4, key.length() / 3);
    return key.substring(0, shown)
        + "*".repeat(key.length() - 2 * shown)
        + key.substring(key.length() - shown);
  }
}
