package dev.caravan.call;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a call gets no answer, in the gateway's terms; each dialect has its own words for it
 * (http-api.md 1.8). Immutable.
 *
 * @param kind the row of the table
 * @param stage where it happened
 * @param message a sentence for people: what, where, what next; no secret, no prompt
 * @param provider whose call it was, null before one was chosen
 * @param retryAfter when it is worth to come back, null when not known
 * @param details more for programs, shown under {@code details} where the dialect has a place for
 *     it
 * @param relay the provider's own answer, handed on as it is because it speaks to the client; null
 *     otherwise
 */
public record Failure(
    Kind kind,
    Stage stage,
    String message,
    @Nullable String provider,
    @Nullable Duration retryAfter,
    Map<String, Object> details,
    Fault.@Nullable RawAnswer relay) {

  /** The part of the road on which it happened. */
  public enum Stage {
    CLIENT_REQUEST("client request"),
    TRANSLATION("translation"),
    SELECTION("selection"),
    UPSTREAM("upstream"),
    GATEWAY("gateway");

    private final String words;

    Stage(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /**
   * A row of the table in http-api.md 1.8, with the HTTP status that every dialect shares unless it
   * says otherwise.
   */
  public enum Kind {
    INVALID_JSON(400),
    MISSING_FIELD(400),
    INVALID_TYPE(400),
    UNSUPPORTED_PARAMETER(400),
    CONTEXT_TOO_LONG(400),
    INVALID_REQUEST(400),
    CLIENT_KEY_REFUSED(401),
    BUDGET_SPENT(402),
    NOT_ALLOWED(403),
    MODEL_NOT_FOUND(404),
    PATH_NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    REQUEST_TIMEOUT(408),
    BODY_TOO_LARGE(413),
    HEADERS_TOO_LARGE(431),
    CLIENT_RATE_LIMITED(429),
    ALL_CREDENTIALS_LIMITED(429),
    ALL_CREDENTIALS_BUSY(503),
    CREDENTIALS_REJECTED(502),
    BAD_GATEWAY(502),
    UPSTREAM_UNAVAILABLE(503),
    GATEWAY_UNAVAILABLE(503),
    UPSTREAM_TIMEOUT(504),
    INTERNAL(500);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }

    /** Whether the client has to change something before it tries again. */
    public boolean isClients() {
      return status < 500 && this != CLIENT_RATE_LIMITED && this != ALL_CREDENTIALS_LIMITED;
    }
  }

  public static Failure of(Kind kind, Stage stage, String message) {
    return new Failure(kind, stage, message, null, null, Map.of(), null);
  }

  public Failure atProvider(String name) {
    return new Failure(kind, stage, message, name, retryAfter, details, relay);
  }

  public Failure retryIn(@Nullable Duration time) {
    return new Failure(kind, stage, message, provider, time, details, relay);
  }

  /** The same without the provider's own answer, whose bytes are not to be kept for long. */
  public Failure withoutRelay() {
    return relay == null
        ? this
        : new Failure(kind, stage, message, provider, retryAfter, details, null);
  }

  /** The same with one more part of its sentence. */
  public Failure adding(String words) {
    String whole = message + "; " + words;
    return new Failure(kind, stage, whole, provider, retryAfter, details, relay);
  }

  public Failure with(Map<String, Object> more) {
    return new Failure(kind, stage, message, provider, retryAfter, more, relay);
  }
}
