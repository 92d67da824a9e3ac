package dev.caravan.provider;

import static dev.caravan.call.FaultClass.AUTHENTICATION;
import static dev.caravan.call.FaultClass.CONFLICT;
import static dev.caravan.call.FaultClass.CONTEXT_WINDOW_EXCEEDED;
import static dev.caravan.call.FaultClass.FORBIDDEN;
import static dev.caravan.call.FaultClass.INVALID_REQUEST;
import static dev.caravan.call.FaultClass.MODEL_NOT_ALLOWED;
import static dev.caravan.call.FaultClass.NOT_FOUND;
import static dev.caravan.call.FaultClass.OVERLOADED;
import static dev.caravan.call.FaultClass.QUOTA_EXCEEDED;
import static dev.caravan.call.FaultClass.RATE_LIMIT;
import static dev.caravan.call.FaultClass.REAUTH_NEEDED;
import static dev.caravan.call.FaultClass.SERVER_ERROR;
import static dev.caravan.call.FaultClass.TIMEOUT;
import static dev.caravan.call.FaultClass.UNKNOWN;
import static dev.caravan.provider.Rule.means;

import java.time.Duration;
import java.util.List;

/**
 * What errors mean (rotation.md 5.3); the first row that holds decides. What a body says by name
 * beats the status, and a text decides only where its row binds it to a status or a vendor.
 */
final class ErrorTable {

  /** For faults that only a payment heals, when no time is given (rotation.md 5.3, row 402). */
  private static final Duration BILLING = Duration.ofHours(1);

  /** The shorter window of a ChatGPT plan, and how long one of its models is full (9.4). */
  private static final Duration PLAN = Duration.ofHours(5);

  private static final Duration CAPACITY = Duration.ofMinutes(1);

  // spotless:off
  static final List<Rule> ROWS = List.of(
      // the request itself, whatever else is said of limits
      means(CONTEXT_WINDOW_EXCEEDED).word("context_length_exceeded", "context_window_exceeded", "model_max_prompt_tokens_exceeded"),
      means(CONTEXT_WINDOW_EXCEEDED).status(0, 400, 413, 422).text(Phrases.CONTEXT_WINDOW),
      means(CONTEXT_WINDOW_EXCEEDED).at("openai_codex").word("context_too_large"),
      means(CONTEXT_WINDOW_EXCEEDED).at("openai_codex").status(413),
      means(INVALID_REQUEST).status(413, 415, 422),
      means(INVALID_REQUEST).at("openai_codex").word("cyber_policy", "previous_response_not_found", "invalid_encrypted_content", "thinking_signature_invalid"),

      // names of what is wrong with the key
      means(REAUTH_NEEDED).word("invalid_grant", "refresh_token_reused", "refresh_token_expired", "refresh_token_invalidated"),
      means(AUTHENTICATION).at("openai_codex").word("unauthorized"),
      means(AUTHENTICATION).word("invalid_api_key", "api_key_invalid", "incorrect_api_key_provided", "missing_api_key", "authentication_error",
          "invalid_authentication", "invalid_authentication_error", "unauthenticated", "token_expired", "invalid_token", "account_deactivated"),
      means(QUOTA_EXCEEDED).word("insufficient_quota", "billing_error", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance",
          "insufficient_credits", "insufficient_funds", "payment_required", "exceeded_current_quota_error").waiting(BILLING),
      means(QUOTA_EXCEEDED).at("openai_codex").word("usage_limit_reached").waiting(PLAN),
      means(QUOTA_EXCEEDED).word("usage_limit_reached", "quota_exceeded", "quota_exhausted", "account_quota_exceeded"),
      means(QUOTA_EXCEEDED).at("zai").word("1113").waiting(BILLING),

      // the provider says whether to come back
      means(QUOTA_EXCEEDED).status(429).shouldRetry(false),
      means(SERVER_ERROR).status(400).shouldRetry(true),

      // names of what is wrong with the provider, the model, the pace
      means(OVERLOADED).word("model_capacity_exhausted"),
      means(OVERLOADED).word("overloaded_error", "overloaded", "engine_overloaded", "engine_overloaded_error", "server_is_overloaded", "server_overloaded",
          "model_overloaded", "unavailable", "service_unavailable_error"),
      means(OVERLOADED).at("openai_codex").text("model is at capacity").waiting(CAPACITY),
      means(TIMEOUT).word("deadline_exceeded", "timeout_error"),
      means(MODEL_NOT_ALLOWED).status(403).word("model_not_found", "model_not_allowed", "unsupported_country_region_territory"),
      means(NOT_FOUND).word("model_not_found", "model_not_found_error"),
      means(RATE_LIMIT).word("resource_exhausted", "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached", "rate_limit_reached_error",
          "too_many_requests"),

      // texts that say more than the status beside them, each bound to its status or vendor
      means(QUOTA_EXCEEDED).at("anthropic").status(400, 403, 429).text("^Your credit balance is too low|^You have reached your specified API usage limits").waiting(BILLING),
      means(QUOTA_EXCEEDED).at("xai").status(403, 429).text("used all available credits|reached its monthly spending limit").waiting(BILLING),
      means(OVERLOADED).at("mistral").status(429).text("^Service tier capacity exceeded"),
      means(AUTHENTICATION).status(400, 403).text("^(?:invalid|incorrect) API key|^API key (?:is )?(?:not valid|not found|expired|invalid)"),
      means(MODEL_NOT_ALLOWED).status(403).text("\\b(?:model|plan|region|country|territory)\\b"),
      means(MODEL_NOT_ALLOWED).status(400).text("^User location is not supported"),
      means(OVERLOADED).status(0, 500).text("^(?:the (?:model|server|service|engine) is )?(?:currently |temporarily )?overloaded\\b"),

      // the status alone
      means(INVALID_REQUEST).status(400),
      means(AUTHENTICATION).status(401),
      means(QUOTA_EXCEEDED).status(402).waiting(BILLING),
      means(FORBIDDEN).status(403),
      means(NOT_FOUND).status(404),
      means(TIMEOUT).status(408, 504, 522, 524),
      means(CONFLICT).status(409),
      means(SERVER_ERROR).status(425, 499),
      means(RATE_LIMIT).status(429),
      means(OVERLOADED).status(502, 503, 529),
      means(INVALID_REQUEST).statusBetween(400, 499),
      means(SERVER_ERROR).statusBetween(500, 599),

      // names too general to beat a status, for errors inside a stream
      means(FORBIDDEN).word("permission_error", "permissions_error", "permission_denied", "forbidden", "access_denied"),
      means(NOT_FOUND).word("not_found_error", "not_found"),
      means(INVALID_REQUEST).word("invalid_request_error", "invalid_argument", "invalid_request", "bad_request", "request_too_large", "failed_precondition"),
      means(CONFLICT).word("aborted", "conflict"),
      means(SERVER_ERROR).word("api_error", "server_error", "internal", "internal_error", "internal_server_error"),
      means(UNKNOWN));
  // spotless:on

  private ErrorTable() {}
}
