package dev.caravan.pool;

import dev.caravan.call.Secret;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One secret that can pay for a call. Immutable; prints without its secret and without its id,
 * which may be an e-mail address.
 *
 * @param id stable over restarts and renumbering; state is kept by it (rotation.md 4.8)
 * @param secret what is sent to the provider
 * @param label what people call it, already masked
 * @param priority lower is better; {@link #UNKNOWN_PRIORITY} when nothing is known
 * @param tier plan as the provider names it, null when not known
 * @param weight multiplies its chance in balanced mode, more than 0
 * @param enabled whether the configuration wants it to be used
 */
public record Credential(
    String id,
    Secret secret,
    String label,
    int priority,
    @Nullable String tier,
    double weight,
    boolean enabled) {

  public static final int UNKNOWN_PRIORITY = 999;

  public Credential {
    Objects.requireNonNull(secret, "secret");
    Objects.requireNonNull(label, "label");
    if (id.isBlank()) {
      throw new IllegalArgumentException("a credential needs an id, but it was blank");
    }
    if (!(weight > 0)) {
      throw new IllegalArgumentException("the weight of a credential must be more than 0");
    }
  }

  /** One of usual weight, in use, whose plan is not known. */
  public Credential(String id, Secret secret, String label, int priority) {
    this(id, secret, label, priority, null, 1, true);
  }

  public Credential withTier(@Nullable String plan, int priorityOfIt) {
    return new Credential(id, secret, label, priorityOfIt, plan, weight, enabled);
  }

  public Credential withWeight(double value) {
    return new Credential(id, secret, label, priority, tier, value, enabled);
  }

  public Credential withEnabled(boolean value) {
    return new Credential(id, secret, label, priority, tier, weight, value);
  }

  public String fingerprint() {
    return secret.fingerprint();
  }

  @Override
  public String toString() {
    return "Credential[" + fingerprint() + ", priority " + priority + "]";
  }
}
