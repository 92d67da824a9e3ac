package dev.caravan.call;

import java.io.IOException;

/** An account has no token for a call now. */
public final class AccountUnusable extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean needsLogin;

  /**
   * @param message what is wrong and what to do next, without secrets
   * @param needsLogin whether only its owner can mend it, by logging in again
   */
  public AccountUnusable(String message, boolean needsLogin) {
    super(message);
    this.needsLogin = needsLogin;
  }

  public boolean needsLogin() {
    return needsLogin;
  }
}
