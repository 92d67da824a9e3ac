package dev.caravan.dialect.hub;

import dev.caravan.dialect.StreamWatch;

/**
 * Reads one upstream stream: tells what each of its events means to the gateway, as any watch, and
 * on the way hands over what it says, to the {@link StreamSink} that it was made with. Not
 * thread-safe.
 *
 * <p>An event that it answers with {@link StreamWatch.Sight#ERROR} has said nothing to the sink.
 */
public interface StreamReader extends StreamWatch {

  /** The stream is over and complete: hands over what has been held back until then. */
  void finish();
}
