package dev.caravan.upstream;

import java.time.Duration;

/** How far a call has come, and how long it may stay there (http-api.md 1.7). */
enum Phase {
  CONNECTION,
  SENDING,
  /** Sent; nothing of the body has come. */
  ANSWER,
  WHOLE,
  /** A stream has begun, its content has not. */
  HANDSHAKE,
  STREAM,
  /** The stream is complete, the provider has not closed it yet. */
  TAIL,
  OVER;

  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  /** Zero for no limit. */
  Duration limit(UpstreamRequest request) {
    UpstreamTimeouts limits = request.timeouts();
    return switch (this) {
      case CONNECTION -> limits.pool();
      case SENDING -> limits.write();
      case ANSWER -> request.stream() ? limits.firstByte() : limits.readWhole();
      case WHOLE -> limits.readWhole();
      case HANDSHAKE, STREAM -> limits.readStream();
      case TAIL -> A_MOMENT;
      case OVER -> Duration.ZERO;
    };
  }

  /** Name of the setting that the limit comes from. */
  String setting(UpstreamRequest request) {
    UpstreamTimeouts limits = request.timeouts();
    return switch (this) {
      case CONNECTION ->
          limits.connect().equals(limits.pool()) ? "TIMEOUT_CONNECT" : "TIMEOUT_POOL";
      case SENDING -> "TIMEOUT_WRITE";
      case ANSWER ->
          request.stream() ? "TIMEOUT_FIRST_BYTE_STREAMING" : "TIMEOUT_READ_NON_STREAMING";
      case WHOLE -> "TIMEOUT_READ_NON_STREAMING";
      case HANDSHAKE, STREAM -> "TIMEOUT_READ_STREAMING";
      case TAIL, OVER -> "";
    };
  }
}
