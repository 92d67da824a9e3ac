package dev.caravan.call;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One upstream attempt that failed, classified (rotation.md 5.1). Immutable.
 *
 * @param kind what it was
 * @param status the upstream's HTTP status, 0 when there was none
 * @param retryAfter the upstream's own hint, rounded up to whole seconds, null when it gave none
 * @param evidence where the class was read from ({@code status 429}, {@code body error.code}), for
 *     the decision record
 * @param message the upstream's text with secrets masked, at most 2,000 characters
 * @param answer the upstream's answer as it came, to be handed on when the client is to blame; null
 *     when there was none
 */
public record Fault(
    FaultClass kind,
    int status,
    @Nullable Duration retryAfter,
    String evidence,
    String message,
    @Nullable RawAnswer answer) {

  /**
   * An answer as it came over the wire.
   *
   * @param status HTTP status
   * @param contentType value of the header, null when absent
   * @param body bytes, not to be changed
   */
  public record RawAnswer(int status, @Nullable String contentType, byte[] body) {}

  public static Fault of(FaultClass kind, String evidence, String message) {
    return new Fault(kind, 0, null, evidence, message, null);
  }
}
