package dev.caravan.oauth;

import java.util.Locale;

/** How an account stands. */
public enum AccountStatus {
  /** It has a token, or can get one as far as anybody knows. */
  READY,
  /** Its last refresh failed for a reason that may pass. */
  FAILING,
  /** Its refresh token was refused: its owner has to log in. */
  NEEDS_LOGIN,
  /** Its provider does not serve it. */
  INELIGIBLE;

  /** As people read it: {@code needs login}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
