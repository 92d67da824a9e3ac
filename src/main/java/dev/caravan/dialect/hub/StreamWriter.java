package dev.caravan.dialect.hub;

/**
 * Writes one stream for a client: a strict machine that takes events in whatever order a provider
 * sends them, and writes them in the order that the dialect's clients rely on. Not thread-safe.
 */
public interface StreamWriter {

  /** How many events have been written; 0 where nobody counts them. */
  default int events() {
    return 0;
  }

  /** Writes what can be written now. */
  void write(StreamEvent event, JsonWriter out);

  /**
   * The answer is complete: closes what is open, and ends the stream. What comes after is dropped.
   */
  void end(JsonWriter out);
}
