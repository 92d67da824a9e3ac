package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decision records for people. */
final class WhyScreen {
  private static final DateTimeFormatter DAY_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final PrintWriter out;
  private final ZoneId zone;

  WhyScreen(PrintWriter out) {
    this(out, ZoneId.systemDefault());
  }

  WhyScreen(PrintWriter out, ZoneId zone) {
    this.out = out;
    this.zone = zone;
  }

  /** A line a call. */
  void list(JsonNode calls) {
    if (calls.isEmpty()) {
      out.println("no call is remembered; the gateway keeps the last ones in memory only");
      return;
    }
    out.printf("%-8s  %-24s  %-9s  %9s  %5s  %s%n", "time", "id", "end", "took", "tries", "model");
    for (JsonNode call : calls) {
      out.printf(
          "%-8s  %-24s  %-9s  %9s  %5d  %s%n",
          at(call.path("started").asText(), TIME),
          call.path("id").asText(),
          call.path("end").asText(),
          took(call.path("lasted_ms").asDouble()),
          call.path("attempts").asInt(),
          models(call));
    }
  }

  /** Everything about one call. */
  void record(JsonNode record) {
    fact("request", record.path("id").asText());
    fact("at", at(record.path("started").asText(), DAY_TIME));
    fact(
        "client",
        "%s, %s%s"
            .formatted(
                record.path("client").asText(),
                record.path("dialect").asText(),
                record.path("stream").asBoolean() ? ", stream" : ""));
    fact("model", models(record));
    fact("routes", record.path("routes").asText());
    fact("end", end(record));
    out.println();
    if (record.path("steps").isEmpty()) {
      out.println("  it never came to a provider");
    }
    for (JsonNode step : record.path("steps")) {
      step(step);
    }
    out.println();
    usage(record);
    list(record, "dropped");
    if (record.has("cost_usd")) {
      fact("cost", String.format(Locale.ROOT, "$%.6f", record.path("cost_usd").asDouble()));
    }
    if (record.has("failure")) {
      fact("failure", failure(record.path("failure")));
    }
  }

  private void fact(String name, String value) {
    out.printf("%-9s %s%n", name, value);
  }

  private static String models(JsonNode call) {
    String asked = call.path("asked_for").asText();
    String served = call.path("model").isTextual() ? call.path("model").asText() : asked;
    return asked.equals(served) ? asked : asked + " -> " + served;
  }

  private static String end(JsonNode record) {
    return "%s after %s (%s of it waiting for providers)"
        .formatted(
            record.path("end").asText(),
            took(record.path("lasted_ms").asDouble()),
            took(record.path("upstream_ms").asDouble()));
  }

  private void step(JsonNode step) {
    String at = String.format(Locale.ROOT, "%9s", took(step.path("at_ms").asDouble()));
    List<String> lines = words(step);
    out.println(at + "  " + lines.getFirst());
    for (String line : lines.subList(1, lines.size())) {
      out.println(" ".repeat(9) + "    " + line);
    }
  }

  private List<String> words(JsonNode step) {
    List<String> lines = new ArrayList<>();
    switch (step.path("step").asText()) {
      case "routed" -> lines.add("sent to " + step.path("model").asText());
      case "passed_over" -> {
        lines.add("%s: passed over".formatted(step.path("provider").asText()));
        step.path("candidates").forEach(candidate -> lines.add(candidate(candidate)));
      }
      case "waited" ->
          lines.add(
              "%s: waited %s (%s)"
                  .formatted(
                      step.path("provider").asText(),
                      took(step.path("for_ms").asDouble()),
                      reason(step.path("reason").asText())));
      case "stream_began" ->
          lines.add(
              "%s: the stream begins, with credential %s"
                  .formatted(step.path("provider").asText(), step.path("credential").asText()));
      case "attempt" -> {
        lines.add(attempt(step));
        if (step.has("message")) {
          lines.add(step.path("message").asText().lines().findFirst().orElse(""));
        }
      }
      case "gave_up" -> lines.add("gave up there: " + failure(step.path("failure")));
      case "hook" ->
          lines.add(
              "hook %s, %s%s"
                  .formatted(
                      step.path("hook").asText(),
                      took(step.path("took_ms").asDouble()),
                      step.has("outcome") ? ": " + step.path("outcome").asText() : ""));
      default -> lines.add(step.toString());
    }
    return lines;
  }

  private String candidate(JsonNode candidate) {
    StringBuilder text = new StringBuilder(candidate.path("credential").asText());
    text.append("  ").append(candidate.path("why").asText());
    if (candidate.has("until")) {
      text.append(" until ").append(at(candidate.path("until").asText(), DAY_TIME));
    }
    if (candidate.has("class")) {
      text.append(", ").append(candidate.path("class").asText());
    }
    if (candidate.has("source")) {
      text.append(", time from ").append(candidate.path("source").asText());
      String evidence = candidate.path("evidence").asText("");
      text.append(evidence.isEmpty() ? "" : " (" + evidence + ")");
    }
    return text.toString();
  }

  private static String attempt(JsonNode step) {
    String outcome =
        step.path("class").isTextual()
            ? step.path("class").asText()
                + (step.path("status").isInt() ? " " + step.path("status").asInt() : "")
            : step.path("status").isInt() ? "answered" : "stopped, nobody waits for it any more";
    return "%s: credential %s %s, took %s"
        .formatted(
            step.path("model").asText(),
            step.path("credential").asText(),
            outcome,
            took(step.path("took_ms").asDouble()));
  }

  private static String reason(String word) {
    return switch (word) {
      case "busy" -> "all busy";
      case "cooldown" -> "all cooling";
      case "throttle" -> "the provider has a pause";
      case "retry" -> "before the next attempt";
      default -> word;
    };
  }

  private static String failure(JsonNode failure) {
    return "%d %s".formatted(failure.path("status").asInt(), failure.path("message").asText());
  }

  private void usage(JsonNode record) {
    JsonNode usage = record.path("usage");
    if (usage.isMissingNode()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    String[] names = {"input", "cache_read", "cache_write", "output", "reasoning"};
    for (String name : names) {
      long tokens = usage.path(name).asLong();
      if (tokens > 0) {
        text.append(text.isEmpty() ? "" : ", ").append(tokens).append(' ').append(name);
      }
    }
    fact("tokens", text + (usage.path("estimated").asBoolean() ? " (estimated)" : ""));
  }

  private void list(JsonNode record, String name) {
    if (record.has(name)) {
      List<String> values = new ArrayList<>();
      record.path(name).forEach(value -> values.add(value.asText()));
      fact(name, String.join(", ", values));
    }
  }

  private String at(String instant, DateTimeFormatter form) {
    return form.format(Instant.parse(instant).atZone(zone));
  }

  private static String took(double millis) {
    return millis < 1000
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1000);
  }
}
