package dev.caravan.call;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A key or token that must not be seen. Prints as its fingerprint, so that a careless log line
 * cannot leak it. Immutable.
 */
public final class Secret {
  private final String value;
  private final String fingerprint;
  private final @Nullable Account account;

  /**
   * @param value the key itself
   * @param fingerprint a keyed hash of it, safe to log and to store
   */
  public Secret(String value, String fingerprint) {
    this.value = Objects.requireNonNull(value, "value");
    this.fingerprint = Objects.requireNonNull(fingerprint, "fingerprint");
    this.account = null;
  }

  /**
   * That of an account, which reveals nothing itself.
   *
   * @param fingerprint of the account's identity
   */
  public Secret(Account account, String fingerprint) {
    this.value = "";
    this.fingerprint = Objects.requireNonNull(fingerprint, "fingerprint");
    this.account = Objects.requireNonNull(account, "account");
  }

  /** Who gives the tokens, null if this is a key. */
  public @Nullable Account account() {
    return account;
  }

  /** The key itself, for the one place that writes it into an upstream request. */
  public String reveal() {
    return value;
  }

  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that
        && value.equals(that.value)
        && Objects.equals(account, that.account);
  }

  @Override
  public int hashCode() {
    return account == null ? value.hashCode() : account.hashCode();
  }

  @Override
  public String toString() {
    return fingerprint;
  }
}
