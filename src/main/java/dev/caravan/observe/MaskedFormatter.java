package dev.caravan.observe;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** The only way from a record to its text: everything that others wrote passes the masks. */
abstract class MaskedFormatter extends Formatter {
  private final Redaction redaction;

  MaskedFormatter(Redaction redaction) {
    this.redaction = redaction;
  }

  /**
   * One record, with its line end.
   *
   * @param message with its parameters, masked
   * @param trace of the thrown exception with its causes, masked; empty if there is none
   */
  abstract String line(LogRecord record, String message, String trace);

  /** A text of a record that is neither its message nor its trace, masked. */
  final String masked(String text) {
    return redaction.mask(text);
  }

  @Override
  public final String format(LogRecord record) {
    LogFields fields = LogFields.of(record);
    String message = fields == null ? formatMessage(record) : fields.text();
    Throwable thrown = record.getThrown();
    return line(
        record,
        redaction.mask(message == null ? "" : message),
        thrown == null ? "" : redaction.mask(trace(thrown)));
  }

  /** The word that LOG_LEVEL knows for the record's level. */
  static String level(LogRecord record) {
    int level = record.getLevel().intValue();
    if (level >= 1000) {
      return "ERROR";
    }
    return level >= 900 ? "WARN" : level >= 700 ? "INFO" : level >= 500 ? "DEBUG" : "TRACE";
  }

  private static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
