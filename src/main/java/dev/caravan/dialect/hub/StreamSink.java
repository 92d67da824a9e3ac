package dev.caravan.dialect.hub;

/** Takes the events of one stream, in order. */
@FunctionalInterface
public interface StreamSink {
  void take(StreamEvent event);
}
