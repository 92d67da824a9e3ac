package dev.caravan.call;

import java.util.Objects;

/**
 * A key or token that must not be seen. Prints as its fingerprint, so that a careless log line
 * cannot leak it. Immutable.
 */
public final class Secret {
  private final String value;
  private final String fingerprint;

  /**
   * @param value the key itself
   * @param fingerprint a keyed hash of it, safe to log and to store
   */
  public Secret(String value, String fingerprint) {
    this.value = Objects.requireNonNull(value, "value");
    this.fingerprint = Objects.requireNonNull(fingerprint, "fingerprint");
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
    return other instanceof Secret that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return fingerprint;
  }
}
