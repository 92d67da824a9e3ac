package dev.caravan.oauth;

/** A login that came to nothing; nothing was stored. Its message is for people. */
public final class LoginFailed extends Exception {
  private static final long serialVersionUID = 1L;

  public LoginFailed(String message) {
    super(message);
  }
}
