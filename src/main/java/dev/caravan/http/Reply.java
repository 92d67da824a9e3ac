package dev.caravan.http;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/**
 * An answer, ready to be written.
 *
 * @param status HTTP status
 * @param headers beside those that the server sets itself (length, request id, CORS)
 * @param body null, {@code byte[]}, String, {@link io.vertx.core.buffer.Buffer}, {@link
 *     java.io.InputStream} or {@link io.vertx.core.streams.ReadStream}; a stream that is also
 *     {@link AutoCloseable} is closed when the client leaves
 * @param insideStream what to send instead when a stream has been promised to the client already
 *     and only its body is still open, null when nothing fits
 */
public record Reply(
    int status, MultiMap headers, @Nullable Object body, byte @Nullable [] insideStream) {

  public Reply(int status, MultiMap headers, @Nullable Object body) {
    this(status, headers, body, null);
  }
}
