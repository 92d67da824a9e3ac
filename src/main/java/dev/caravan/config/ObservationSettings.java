package dev.caravan.config;

import static dev.caravan.config.Types.PATH;
import static dev.caravan.config.Types.REGEXES;
import static dev.caravan.config.Types.YES_NO;
import static dev.caravan.config.Types.decimal;
import static dev.caravan.config.Types.integer;
import static dev.caravan.config.Types.oneOf;
import static dev.caravan.config.Types.seconds;

import dev.caravan.config.Choice.LogFormat;
import dev.caravan.config.Choice.LogLevel;
import dev.caravan.config.Choice.RequestLogMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the gateway knows of models, and what it tells about itself (operations.md 5.5). */
interface ObservationSettings {
  Section OBSERVATION = new Section("Information and logs");

  Setting<Duration> MODEL_INFO_REFRESH_INTERVAL =
      OBSERVATION.live(
          "MODEL_INFO_REFRESH_INTERVAL",
          seconds("60"),
          "21600",
          "How often the public tables of models are fetched, see docs/models.md.");
  Setting<Boolean> MODEL_INFO_OFFLINE =
      OBSERVATION.live("MODEL_INFO_OFFLINE", YES_NO, "false", "Never fetches them.");
  Setting<Duration> MODEL_LIST_TTL =
      OBSERVATION.live(
          "MODEL_LIST_TTL", seconds("0"), "3600", "How long a provider's list of models is kept.");
  Setting<LogLevel> LOG_LEVEL =
      OBSERVATION.live(
          "LOG_LEVEL",
          oneOf(LogLevel.class, Map.of("warning", "warn", "critical", "error")),
          "info",
          "Least serious log record that is written.");
  Setting<LogFormat> LOG_FORMAT =
      OBSERVATION.live(
          "LOG_FORMAT",
          oneOf(LogFormat.class),
          "text",
          "Log records for people or as JSON, one a line.");
  Setting<Integer> DECISION_RECORDS =
      OBSERVATION.atStart(
          "DECISION_RECORDS",
          integer(0, 100_000),
          "1000",
          "Calls whose decision record is kept in memory for caravan why, 0 for none.");
  Setting<Boolean> ROUTE_HEADER =
      OBSERVATION.atStart(
          "ROUTE_HEADER",
          YES_NO,
          "false",
          "Adds X-Gateway-Route to answers: credential, attempts, seconds waited.");
  Setting<Path> LOGS_DIR =
      OBSERVATION.atStart("LOGS_DIR", PATH, "logs", "Folder of all files below.");
  Setting<Boolean> LOG_FILE =
      OBSERVATION.atStart(
          "LOG_FILE",
          YES_NO,
          "false",
          "Writes the log to proxy.log as well, five old ones of 10 MiB kept.");
  Setting<Boolean> ACCESS_LOG =
      OBSERVATION.atStart(
          "ACCESS_LOG", YES_NO, "false", "Logs a line about each request at its end.");
  Setting<Boolean> FAILURE_LOG =
      OBSERVATION.atStart(
          "FAILURE_LOG",
          YES_NO,
          "true",
          "Writes each failed attempt to failures.log, two old ones of 5 MiB kept.");
  Setting<Boolean> REQUEST_LOG =
      OBSERVATION.atStart(
          "REQUEST_LOG",
          YES_NO,
          "false",
          "Writes a folder about each call below transactions/; also --enable-request-logging.");
  Setting<RequestLogMode> REQUEST_LOG_MODE =
      OBSERVATION.atStart(
          "REQUEST_LOG_MODE",
          oneOf(RequestLogMode.class),
          "full",
          "All that was said, only facts, or all of calls that failed.");
  Setting<Double> REQUEST_LOG_SAMPLE =
      OBSERVATION.atStart(
          "REQUEST_LOG_SAMPLE", decimal("0", "1"), "1", "Share of the calls that are written.");
  Setting<Boolean> RAW_LOG =
      OBSERVATION.atStart(
          "RAW_LOG",
          YES_NO,
          "false",
          "Writes what clients send and get, on all paths, below raw_io/; also --enable-raw-logging.");
  Setting<Integer> LOG_MAX_TOTAL_MB =
      OBSERVATION.atStart(
          "LOG_MAX_TOTAL_MB",
          integer(1, 1_000_000),
          "1024",
          "Size of the folder in MiB beyond which the oldest calls are deleted.");
  Setting<Integer> LOG_MAX_AGE_DAYS =
      OBSERVATION.atStart(
          "LOG_MAX_AGE_DAYS", integer(1, 10_000), "14", "Days after which calls are deleted.");
  Setting<Integer> LOG_QUEUE_MAX_MB =
      OBSERVATION.atStart(
          "LOG_QUEUE_MAX_MB",
          integer(1, 4096),
          "64",
          "Memory in MiB for what runs and waits to be written; what does not fit is left out and counted.");
  Setting<List<Pattern>> REDACT_EXTRA =
      OBSERVATION.liveUnset(
          "REDACT_EXTRA",
          REGEXES,
          "none",
          "Regular expressions of further texts that must not be seen.");
}
