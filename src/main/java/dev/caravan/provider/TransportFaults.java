package dev.caravan.provider;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;

/**
 * Faults of the road to a provider rather than of its answer (rotation.md 5.3). Their messages say
 * stage and provider, since no upstream text does.
 */
public final class TransportFaults {

  private TransportFaults() {}

  /**
   * No connection came about: name not found, refused, TLS, reset before an answer.
   *
   * @param cause what the network said, without addresses of credentials
   */
  public static Fault connect(String provider, String cause) {
    return of(
        FaultClass.API_CONNECTION, "connect", provider, "could not be reached: " + oneLine(cause));
  }

  /** No connection was free in time. */
  public static Fault pool(String provider, Duration waited) {
    return of(
        FaultClass.API_CONNECTION, "pool", provider, "had no free connection " + within(waited));
  }

  /** The connection stood, but no byte of an answer came in time. */
  public static Fault firstByte(String provider, Duration waited) {
    return of(FaultClass.TIMEOUT, "first byte", provider, "sent no answer " + within(waited));
  }

  /** An answer began and then stood still for too long. */
  public static Fault read(String provider, Duration waited) {
    return of(FaultClass.TIMEOUT, "read", provider, "sent nothing more " + within(waited));
  }

  /** The connection ended before the answer did. */
  public static Fault cut(String provider, String cause) {
    return of(
        FaultClass.TRUNCATED_STREAM, "cut", provider, "broke its answer off: " + oneLine(cause));
  }

  /** An answer with status 200 came to its end without content. */
  public static Fault empty(String provider) {
    return of(FaultClass.EMPTY_RESPONSE, "empty", provider, "answered without content");
  }

  /** An answer with status 200 is not what its dialect knows. */
  public static Fault unreadable(String provider, String cause) {
    return of(
        FaultClass.UNREADABLE_ANSWER,
        "unreadable",
        provider,
        "sent an answer that cannot be read: " + oneLine(cause));
  }

  private static Fault of(FaultClass kind, String evidence, String provider, String what) {
    return Fault.of(kind, "transport " + evidence, "upstream %s: %s".formatted(provider, what));
  }

  private static String within(Duration waited) {
    return "within %ds".formatted(Math.max(1, waited.toSeconds()));
  }

  private static String oneLine(String cause) {
    String line = cause.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > 300 ? line.substring(0, 300) : line;
  }
}
