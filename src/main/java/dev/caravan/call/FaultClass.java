package dev.caravan.call;

/** What kind of fault an upstream attempt met, and whose fault it is (rotation.md 5.3). */
public enum FaultClass {
  INVALID_REQUEST(Blame.CLIENT),
  CONTEXT_WINDOW_EXCEEDED(Blame.CLIENT),
  CONFLICT(Blame.CLIENT),
  NOT_FOUND(Blame.MODEL),
  MODEL_NOT_ALLOWED(Blame.MODEL),
  AUTHENTICATION(Blame.KEY),
  FORBIDDEN(Blame.KEY),
  REAUTH_NEEDED(Blame.KEY),
  QUOTA_EXCEEDED(Blame.KEY),
  RATE_LIMIT(Blame.KEY),
  OVERLOADED(Blame.PROVIDER),
  SERVER_ERROR(Blame.PROVIDER),
  TIMEOUT(Blame.PROVIDER),
  API_CONNECTION(Blame.PROVIDER),
  EMPTY_RESPONSE(Blame.PROVIDER),
  TRUNCATED_STREAM(Blame.PROVIDER),
  UNREADABLE_ANSWER(Blame.PROVIDER),
  UNKNOWN(Blame.UNKNOWN);

  /** Who has to change something so that the fault goes away. */
  public enum Blame {
    CLIENT,
    MODEL,
    KEY,
    PROVIDER,
    UNKNOWN
  }

  private final Blame blame;

  FaultClass(Blame blame) {
    this.blame = blame;
  }

  public Blame blame() {
    return blame;
  }

  /** The words of the specifications, as they stand in answers and logs: {@code rate_limit}. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
