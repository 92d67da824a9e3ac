package dev.caravan.http;

import java.time.Duration;

/**
 * How the server treats its clients.
 *
 * @param host address to bind
 * @param port 0 for any free one
 * @param maxBody bytes of a request body after decompression; more is 413
 * @param maxHeaders bytes of all request headers; more is 431
 * @param idle how long a connection without a request stays open, which also bounds a head that
 *     dribbles in
 * @param bodyPause longest pause inside a request body; then 408
 * @param keepAlive silence towards the client of a stream after which a comment is sent, zero for
 *     never
 * @param writeStall how long a client may leave its socket full before it is cut
 * @param allowOrigins value of {@code Access-Control-Allow-Origin}, empty for no CORS headers
 */
public record HttpOptions(
    String host,
    int port,
    long maxBody,
    int maxHeaders,
    Duration idle,
    Duration bodyPause,
    Duration keepAlive,
    Duration writeStall,
    String allowOrigins) {

  /** What the specification says (http-api.md 1.4, 1.6) on a loopback port. */
  public static HttpOptions defaults() {
    return new HttpOptions(
        "127.0.0.1",
        8000,
        64L << 20,
        64 << 10,
        Duration.ofSeconds(75),
        Duration.ofSeconds(30),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        "*");
  }
}
