package dev.caravan.config;

import static dev.caravan.config.Types.LIST;
import static dev.caravan.config.Types.TEXT;
import static dev.caravan.config.Types.YES_NO;
import static dev.caravan.config.Types.integer;
import static dev.caravan.config.Types.oneOf;
import static dev.caravan.config.Types.seconds;

import dev.caravan.config.Choice.AnthropicStreamError;
import dev.caravan.config.Choice.GeminiAlt;
import dev.caravan.config.Choice.ResponsesError;
import dev.caravan.config.Choice.TemperatureZero;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How a call is made, how long it may take, and what it may change (operations.md 5.2). */
interface CallSettings {
  Section CALLS = new Section("Requests, time-outs, retries");

  Setting<Duration> GLOBAL_TIMEOUT =
      CALLS.live(
          "GLOBAL_TIMEOUT",
          seconds("0.1"),
          "30",
          "Time in which an attempt may start; a running answer is never cut by it.");
  Setting<Duration> REQUEST_HARD_TIMEOUT =
      CALLS.live(
          "REQUEST_HARD_TIMEOUT",
          seconds("0"),
          "0",
          "Cuts a running call this long after its arrival, 0 for never.");
  Setting<Duration> TIMEOUT_CONNECT =
      CALLS.live(
          "TIMEOUT_CONNECT", seconds("0.1"), "30", "Connecting to a provider, TLS included.");
  Setting<Duration> TIMEOUT_WRITE =
      CALLS.live("TIMEOUT_WRITE", seconds("0.1"), "30", "Sending the request to a provider.");
  Setting<Duration> TIMEOUT_POOL =
      CALLS.live("TIMEOUT_POOL", seconds("0.1"), "60", "Waiting for a pooled connection.");
  Setting<Duration> TIMEOUT_FIRST_BYTE_STREAMING =
      CALLS.live(
          "TIMEOUT_FIRST_BYTE_STREAMING",
          seconds("0.1"),
          "120",
          "From the request sent to the first byte of a stream.");
  Setting<Duration> TIMEOUT_READ_STREAMING =
      CALLS.live(
          "TIMEOUT_READ_STREAMING",
          seconds("0.1"),
          "180",
          "Silence between two pieces of a stream.");
  Setting<Duration> TIMEOUT_READ_NON_STREAMING =
      CALLS.live(
          "TIMEOUT_READ_NON_STREAMING", seconds("0.1"), "600", "Waiting for a whole answer.");
  Setting<Integer> MAX_RETRIES =
      CALLS.live(
          "MAX_RETRIES",
          integer(1, 100),
          "2",
          "Attempts with one credential before another is taken.");
  Setting<Duration> TRANSIENT_RETRY_DELAY =
      CALLS.live(
          "TRANSIENT_RETRY_DELAY",
          seconds("0"),
          "1.0",
          "Pause before the next attempt after a passing fault.");
  Setting<Duration> TRANSIENT_RETRY_JITTER =
      CALLS.live(
          "TRANSIENT_RETRY_JITTER",
          seconds("0"),
          "0.5",
          "Random addition to that pause, at most this.");
  Setting<Duration> SMALL_COOLDOWN_RETRY_THRESHOLD =
      CALLS.live(
          "SMALL_COOLDOWN_RETRY_THRESHOLD",
          seconds("0"),
          "10",
          "A provider's retry hint below this is waited for with the same credential.");
  Setting<Boolean> STREAM_RETRY_ON_REASONING_ONLY =
      CALLS.live(
          "STREAM_RETRY_ON_REASONING_ONLY",
          YES_NO,
          "false",
          "Lets a stream of chat go on with another attempt while only reasoning was sent.");
  Setting<TemperatureZero> OVERRIDE_TEMPERATURE_ZERO =
      CALLS.live(
          "OVERRIDE_TEMPERATURE_ZERO",
          oneOf(
              TemperatureZero.class,
              Map.of(
                  "true", "set", "1", "set", "yes", "set", "on", "set", "0", "false", "no",
                  "false")),
          "false",
          "A temperature of 0 is kept, removed, or set to 1.0.");
  Setting<Duration> STREAM_KEEPALIVE_SECONDS =
      CALLS.live(
          "STREAM_KEEPALIVE_SECONDS",
          seconds("0"),
          "15",
          "Silence after which a stream gets a keep-alive, 0 for none.");
  Setting<Duration> NONSTREAM_KEEPALIVE_SECONDS =
      CALLS.live(
          "NONSTREAM_KEEPALIVE_SECONDS",
          seconds("0"),
          "0",
          "The same for plain answers: commits status 200 and sends blanks before the JSON, 0 for never.");
  Setting<Duration> STREAM_WRITE_STALL_SECONDS =
      CALLS.live(
          "STREAM_WRITE_STALL_SECONDS",
          seconds("0.1"),
          "60",
          "A client that reads nothing for this long is cut.");
  Setting<Boolean> TRANSLATION_STRICT =
      CALLS.live(
          "TRANSLATION_STRICT",
          YES_NO,
          "false",
          "Refuses what a provider's dialect cannot say, instead of dropping it.");
  Setting<AnthropicStreamError> ANTHROPIC_STREAM_ERROR_STYLE =
      CALLS.live(
          "ANTHROPIC_STREAM_ERROR_STYLE",
          oneOf(AnthropicStreamError.class),
          "event",
          "A failure within an Anthropic stream as an error event, or as visible text.");
  Setting<ResponsesError> RESPONSES_ERROR_STYLE =
      CALLS.live(
          "RESPONSES_ERROR_STYLE",
          oneOf(ResponsesError.class),
          "auto",
          "Event that a failure within a Responses stream becomes.");
  Setting<GeminiAlt> GEMINI_DEFAULT_ALT =
      CALLS.live(
          "GEMINI_DEFAULT_ALT",
          oneOf(GeminiAlt.class),
          "json",
          "Form of a Gemini stream when the client does not name one.");
  Setting<Boolean> STREAM_ESTIMATE_INPUT =
      CALLS.live(
          "STREAM_ESTIMATE_INPUT",
          YES_NO,
          "true",
          "Estimates prompt tokens at the start of an Anthropic stream.");
  Setting<Boolean> AUTO_CACHE_BREAKPOINTS =
      CALLS.live(
          "AUTO_CACHE_BREAKPOINTS",
          YES_NO,
          "false",
          "Places cache marks in requests from OpenAI clients to Anthropic providers.");
  Setting<Boolean> FORWARD_USER_ID =
      CALLS.live("FORWARD_USER_ID", YES_NO, "false", "Hands the client's user id on to providers.");
  Setting<Boolean> ENFORCE_MODEL_FILTERS =
      CALLS.live(
          "ENFORCE_MODEL_FILTERS",
          YES_NO,
          "true",
          "Model filters hold for calls, not only for the list.");
  Setting<Boolean> EMBEDDING_BATCH_ENABLED =
      CALLS.atStart(
          "EMBEDDING_BATCH_ENABLED",
          YES_NO,
          "false",
          "Joins small requests for embeddings that come at the same time into one upstream call.");
  Setting<Integer> EMBEDDING_BATCH_SIZE =
      CALLS.atStart(
          "EMBEDDING_BATCH_SIZE",
          integer(2, 2048),
          "64",
          "Inputs with which such a call leaves at once; larger requests go alone.");
  Setting<Integer> EMBEDDING_BATCH_WAIT_MS =
      CALLS.atStart(
          "EMBEDDING_BATCH_WAIT_MS",
          integer(0, 10_000),
          "100",
          "How long the first input waits for others, in milliseconds.");
  Setting<Integer> EMBEDDING_BATCH_MAX_TOKENS =
      CALLS.atStart(
          "EMBEDDING_BATCH_MAX_TOKENS",
          integer(0, Integer.MAX_VALUE),
          "0",
          "Estimated tokens of such a call at most, 0 for 8191 times its size.");
  Setting<Boolean> EMBEDDING_BATCH_ISOLATE =
      CALLS.atStart(
          "EMBEDDING_BATCH_ISOLATE",
          YES_NO,
          "false",
          "Joins only requests of the same client key and the same user.");
  Setting<String> MODEL_ALIASES =
      CALLS.liveUnset(
          "MODEL_ALIASES",
          TEXT,
          "unset",
          "JSON object of public model names, each with a target or a list of targets.");
  SettingPattern<String> DEFAULT_PROVIDER =
      CALLS.familyUnset(
          "DEFAULT_PROVIDER_<SURFACE>",
          TEXT,
          "unset",
          "Provider of bare model names on OPENAI, ANTHROPIC, GEMINI or RESPONSES.");
  Setting<List<String>> UPSTREAM_HEADERS_PASS =
      CALLS.live(
          "UPSTREAM_HEADERS_PASS",
          LIST,
          "",
          "Response headers of providers that clients may see, * at an end is a wildcard.");
}
