package dev.caravan.observe;

import java.time.temporal.ChronoUnit;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** Records for programs: one JSON object a line (operations.md 13.1). */
final class JsonLines extends MaskedFormatter {

  JsonLines(Redaction redaction) {
    super(redaction);
  }

  @Override
  String line(LogRecord record, String message, String trace) {
    StringBuilder json = new StringBuilder(message.length() + trace.length() + 160);
    json.append("{\"ts\":\"")
        .append(record.getInstant().truncatedTo(ChronoUnit.MILLIS))
        .append("\",\"level\":\"")
        .append(level(record))
        .append('"');
    append(json, "logger", record.getLoggerName());
    append(json, "thread", Thread.currentThread().getName());
    append(json, "msg", message);
    append(json, "error", trace.stripTrailing());
    LogFields fields = LogFields.of(record);
    if (fields != null) {
      fields.members().forEach((name, value) -> member(json, name, value));
    }
    return json.append("}\n").toString();
  }

  private void member(StringBuilder json, String name, Object value) {
    if (value instanceof Number number) {
      json.append(",\"").append(name).append("\":").append(number);
    } else {
      append(json, name, masked(value.toString()));
    }
  }

  private static void append(StringBuilder json, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      json.append(",\"").append(name).append("\":\"");
      JsonText.append(value, json);
      json.append('"');
    }
  }
}
