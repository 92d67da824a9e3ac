package dev.caravan.admin;

import org.jspecify.annotations.Nullable;

/**
 * Why an operation was not done, for the operator (operations.md 12): {@code
 * {"error":{"code","message","field"}}}. Without stack trace: it is an answer, not a bug.
 */
public final class AdminRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final @Nullable String field;

  /**
   * @param status HTTP status
   * @param code for programs, {@code not_found}
   * @param message for people: what is wrong and what to do; no secret
   * @param field of the body or query that is to blame, null when it is none
   */
  public AdminRefusal(int status, String code, String message, @Nullable String field) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.field = field;
  }

  /** 404: there is no such thing. */
  public static AdminRefusal notFound(String message) {
    return new AdminRefusal(404, "not_found", message, null);
  }

  /** 409: it is not as the operator believes. */
  public static AdminRefusal conflict(String message) {
    return new AdminRefusal(409, "conflict", message, null);
  }

  /** 422: the request makes no sense. */
  public static AdminRefusal invalid(@Nullable String field, String message) {
    return new AdminRefusal(422, "invalid", message, field);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public @Nullable String field() {
    return field;
  }
}
