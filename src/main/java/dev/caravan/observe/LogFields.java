package dev.caravan.observe;

import java.util.Map;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a record says, for people as one text and for programs as members of their own.
 *
 * @param text on one line
 * @param members numbers and texts by name, in their order
 */
public record LogFields(String text, Map<String, Object> members) {

  @Override
  public String toString() {
    return text;
  }

  static @Nullable LogFields of(LogRecord record) {
    Object[] parameters = record.getParameters();
    return parameters != null && parameters.length == 1 && parameters[0] instanceof LogFields fields
        ? fields
        : null;
  }
}
