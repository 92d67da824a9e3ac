package dev.caravan.dialect;

/**
 * Puts the events of a stream together to the whole answer that they are, for a client that wants
 * one of a provider that only streams. It looks at each event as any watch does. Not thread-safe.
 */
public interface Gathering extends StreamWatch {

  /** The whole answer in the same dialect, once the stream is complete. */
  byte[] whole();
}
