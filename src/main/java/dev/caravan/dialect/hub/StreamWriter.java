package dev.caravan.dialect.hub;

/**
 * Writes one stream for a client: a strict machine that takes events in whatever order a provider
 * sends them, and writes them in the order that the dialect's clients rely on. Not thread-safe.
 */
public interface StreamWriter {

  /**
   * Where the stream stands, in the dialect's own terms; 0 before anything was written, and where
   * nobody asks.
   */
  default int position() {
    return 0;
  }

  /** Writes what can be written now. */
  void write(StreamEvent event, JsonWriter out);

  /**
   * The answer is complete: closes what is open, and ends the stream. What comes after is dropped.
   */
  void end(JsonWriter out);
}
