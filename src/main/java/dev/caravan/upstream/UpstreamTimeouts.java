package dev.caravan.upstream;

import java.time.Duration;

/**
 * How long each part of an upstream call may take (http-api.md 1.7); zero turns a limit off.
 *
 * @param connect TCP and TLS
 * @param pool waiting for a pooled connection
 * @param write sending the request
 * @param firstByte request sent to first byte of a stream
 * @param readStream silence between two pieces of a stream
 * @param readWhole waiting for a whole answer
 * @param hard the whole call, running or not
 */
public record UpstreamTimeouts(
    Duration connect,
    Duration pool,
    Duration write,
    Duration firstByte,
    Duration readStream,
    Duration readWhole,
    Duration hard) {

  /** The same, and no call longer than this. */
  UpstreamTimeouts within(Duration all) {
    return new UpstreamTimeouts(connect, pool, write, firstByte, readStream, readWhole, all);
  }

  public static UpstreamTimeouts defaults() {
    return new UpstreamTimeouts(
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        Duration.ofSeconds(120),
        Duration.ofSeconds(180),
        Duration.ofSeconds(600),
        Duration.ZERO);
  }
}
