package dev.caravan.upstream;

import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamWriter;
import dev.caravan.dialect.hub.Translation;

/**
 * One stream on its way from the provider's dialect to the client's. What the provider's events say
 * gathers here until the piece that brought them has been read, so that one read makes one write.
 * Lives on the loop of its call.
 */
final class StreamTranslation {
  private final JsonWriter out = new JsonWriter(1024);
  private final StreamWriter writer;
  private final StreamReader reader;

  StreamTranslation(Translation translation) {
    this.writer = translation.writer();
    this.reader = translation.reader(event -> writer.write(event, out));
  }

  /** Reads events, and with that translates them. */
  StreamWatch watch() {
    return reader;
  }

  /** Where the client's stream stands. */
  int position() {
    return writer.position();
  }

  boolean isEmpty() {
    return out.isEmpty();
  }

  /** What there is for the client. */
  byte[] take() {
    return out.take();
  }

  /** The provider's stream is complete. */
  void finish() {
    reader.finish();
    writer.end(out);
  }
}
