package dev.caravan.call;

/**
 * Carries a {@link Failure} up a Camel route to the surface that answers it. Without stack trace:
 * it is an answer, not a bug.
 */
public final class CallFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public CallFailed(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
