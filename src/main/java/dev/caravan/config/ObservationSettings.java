package dev.caravan.config;

import static dev.caravan.config.Types.REGEXES;
import static dev.caravan.config.Types.YES_NO;
import static dev.caravan.config.Types.integer;
import static dev.caravan.config.Types.oneOf;
import static dev.caravan.config.Types.seconds;

import dev.caravan.config.Choice.LogFormat;
import dev.caravan.config.Choice.LogLevel;
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
          "How often the catalogue of models is fetched.");
  Setting<Boolean> MODEL_INFO_OFFLINE =
      OBSERVATION.live("MODEL_INFO_OFFLINE", YES_NO, "false", "Never fetches it.");
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
  Setting<List<Pattern>> REDACT_EXTRA =
      OBSERVATION.liveUnset(
          "REDACT_EXTRA",
          REGEXES,
          "none",
          "Regular expressions of further texts that must not be seen.");
}
