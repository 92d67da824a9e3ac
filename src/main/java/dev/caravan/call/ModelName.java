package dev.caravan.call;

import java.util.Locale;
import java.util.Optional;

/**
 * What a client asks for, {@code provider/upstream-model}. Only the first slash separates, so the
 * upstream's own name may hold more of them ({@code openrouter/anthropic/claude-3-opus};
 * http-api.md 1.3).
 *
 * @param provider lower case, never empty
 * @param upstreamModel the provider's own name of the model, never empty
 */
public record ModelName(String provider, String upstreamModel) {

  /** Splits at the first slash; empty when there is none or when one side of it is empty. */
  public static Optional<ModelName> parse(String text) {
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1) {
      return Optional.empty();
    }
    return Optional.of(
        new ModelName(
            text.substring(0, slash).toLowerCase(Locale.ROOT), text.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return provider + "/" + upstreamModel;
  }
}
