package dev.caravan.call;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An account has no token for a call now. */
public final class AccountUnusable extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean needsLogin;
  private final transient @Nullable Duration retryAfter;

  /**
   * One that nothing is known of when it may be usable again.
   *
   * @param message what is wrong and what to do next, without secrets
   * @param needsLogin whether only its owner can mend it, by logging in again
   */
  public AccountUnusable(String message, boolean needsLogin) {
    this(message, needsLogin, null);
  }

  /**
   * One that may be usable again after a while.
   *
   * @param retryAfter how long no other try is made, null when nothing is known
   */
  public AccountUnusable(String message, boolean needsLogin, @Nullable Duration retryAfter) {
    super(message);
    this.needsLogin = needsLogin;
    this.retryAfter = retryAfter;
  }

  public boolean needsLogin() {
    return needsLogin;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
