package dev.caravan.pool;

import dev.caravan.call.Secret;
import java.util.Objects;

/**
 * One secret that can pay for a call. Immutable; prints without its secret and without its id,
 * which may be an e-mail address.
 *
 * @param id stable over restarts and renumbering; state is kept by it (rotation.md 4.8)
 * @param secret what is sent to the provider
 * @param label what people call it, already masked
 * @param priority lower is better; {@link #UNKNOWN_PRIORITY} when nothing is known
 */
public record Credential(String id, Secret secret, String label, int priority) {

  public static final int UNKNOWN_PRIORITY = 999;

  public Credential {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(label, "label");
    if (id.isBlank()) {
      throw new IllegalArgumentException("a credential needs an id, but it was blank");
    }
  }

  public String fingerprint() {
    return secret.fingerprint();
  }

  @Override
  public String toString() {
    return "Credential[" + fingerprint() + ", priority " + priority + "]";
  }
}
