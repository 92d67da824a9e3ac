package dev.caravan.dialect.hub;

/**
 * Everything that a request may ask for, in the words of the hub. A dialect's {@link Ledger} says
 * under which of its fields it reads a feature, and what becomes of the feature when it writes it.
 */
public enum Feature {
  // what every dialect has
  MODEL,
  STREAM,
  MESSAGES,
  SYSTEM,
  TEXT,

  // parts of messages
  DEVELOPER_ROLE,
  LATER_SYSTEM,
  MESSAGE_NAME,
  IMAGE,
  IMAGE_DETAIL,
  AUDIO,
  DOCUMENT,
  STORED_FILE,
  TOOL_CALL,
  TOOL_RESULT,
  FAILED_RESULT,
  MEDIA_IN_RESULT,
  THINKING,
  SIGNED_THINKING,
  SEALED_THINKING,
  CACHE_MARK,
  CITATIONS,
  FOREIGN_BLOCK,

  // tools
  TOOLS,
  STRICT_TOOL,
  CUSTOM_TOOL,
  HOSTED_TOOL,
  TOOL_CHOICE,
  ALLOWED_TOOLS,
  PARALLEL_TOOL_CALLS,
  MAX_TOOL_CALLS,

  // how to answer
  MAX_TOKENS,
  TEMPERATURE,
  TOP_P,
  TOP_K,
  STOP,
  SEED,
  SEVERAL_ANSWERS,
  PRESENCE_PENALTY,
  FREQUENCY_PENALTY,
  LOGIT_BIAS,
  LOGPROBS,
  TOP_LOGPROBS,
  RESPONSE_FORMAT,
  REASONING,
  REASONING_SUMMARY,
  VERBOSITY,
  MODALITIES,
  AUDIO_OUTPUT,
  IMAGE_OUTPUT,
  PREDICTION,
  WEB_SEARCH,
  SAFETY_SETTINGS,

  // what the provider does beside
  USAGE_OF_STREAM,
  USER,
  METADATA,
  STORE,
  SERVICE_TIER,
  PROMPT_CACHE_KEY,
  PROMPT_CACHE_RETENTION,
  SAFETY_IDENTIFIER,
  CACHED_CONTENT,
  CONTEXT_MANAGEMENT,
  TRUNCATION,
  INCLUDE,
  BACKGROUND,
  SERVER_STATE,
  SERVERS,
  CONTAINER,

  /** A field that the client's dialect does not know either. */
  UNKNOWN
}
