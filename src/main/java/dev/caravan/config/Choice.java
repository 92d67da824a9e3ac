package dev.caravan.config;

/** The settings that take one of a few words; files write the words in lower case. */
public interface Choice {

  /** Whether the gateway answers clients without a key. */
  enum OpenAccess {
    /** A key is needed. */
    FALSE,
    /** No key is needed, on the loopback address only. */
    TRUE,
    /** No key is needed, on any address. */
    REMOTE
  }

  /** How the credentials of a provider take turns. */
  enum RotationMode {
    BALANCED,
    SEQUENTIAL
  }

  /** What a fair cycle marks as exhausted. */
  enum FairCycleTracking {
    MODEL_GROUP,
    CREDENTIAL
  }

  /** What happens when a quota API says "empty" and names no time. */
  enum NoReset {
    WARN_ONLY,
    COOLDOWN,
    DISABLE_SCOPE
  }

  /** Where sequential mode puts a new session. */
  enum SessionSpread {
    MOST_USED,
    LEAST_SESSIONS
  }

  /** Where counts and cooldowns survive a restart. */
  enum StateKind {
    FILES,
    /** Nowhere. */
    MEMORY
  }

  /** What becomes of a temperature of exactly zero. */
  enum TemperatureZero {
    FALSE,
    REMOVE,
    SET
  }

  /** How a failure within an Anthropic stream looks. */
  enum AnthropicStreamError {
    EVENT,
    VISIBLE
  }

  /** How a failure within a Responses stream looks. */
  enum ResponsesError {
    AUTO,
    ERROR,
    FAILED
  }

  /** What Gemini's stream is when the client does not say {@code alt=}. */
  enum GeminiAlt {
    JSON,
    SSE
  }

  /** The least serious log record that is written. */
  enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF
  }

  /** How much of each call is kept. */
  enum RequestLogMode {
    /** All that was said. */
    FULL,
    /** Facts, without a word of what was said. */
    META,
    /** All that was said in calls that failed. */
    ERRORS
  }

  /** The shape of a log record. */
  enum LogFormat {
    TEXT,
    JSON
  }
}
