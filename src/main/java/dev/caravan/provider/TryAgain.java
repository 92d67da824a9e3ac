package dev.caravan.provider;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a request is made again with the same credential before its pool hears of a failure, for a
 * provider that fails and a moment later does not (providers.md 6.8). Immutable.
 *
 * @param rules how often, by what has failed
 */
public record TryAgain(Map<Reason, Times> rules) {
  public static final TryAgain NEVER = new TryAgain(Map.of());

  private static final Pattern TIMES = Pattern.compile("(\\d{1,3})\\s*x\\s*(\\S+)");

  /** What has failed. */
  public enum Reason {
    /** An answer without content. */
    EMPTY,
    /** A limit without a time to come back, which the provider's file calls overloaded. */
    LIMIT,
    /** The model has no room now. */
    CAPACITY;

    /** The name that files give it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Reason of(Fault fault) {
      if (fault.kind() == FaultClass.EMPTY_RESPONSE) {
        return EMPTY;
      }
      if (fault.kind() != FaultClass.OVERLOADED) {
        return null;
      }
      return fault.status() == 429
          ? LIMIT
          : fault.evidence().contains("model_capacity_exhausted") ? CAPACITY : null;
    }
  }

  /**
   * How often and how fast.
   *
   * @param attempts in all, the pool's own last one among them
   * @param pause between two
   */
  public record Times(int attempts, Duration pause) {}

  public TryAgain {
    rules = Map.copyOf(rules);
  }

  /**
   * Reads what a provider's file says.
   *
   * @param texts {@code 6 x 3s} by reason
   * @param complaints gets a sentence for what is wrong with it
   */
  static TryAgain read(Map<String, String> texts, List<String> complaints) {
    Map<Reason, Times> rules = new EnumMap<>(Reason.class);
    TreeSet<String> words = new TreeSet<>(List.of("capacity", "empty", "limit"));
    texts.forEach(
        (word, text) -> {
          Matcher times = TIMES.matcher(text.strip());
          Optional<Duration> pause =
              times.matches() ? Durations.exact(times.group(2)) : Optional.empty();
          if (!words.contains(word)) {
            complaints.add("tryAgain has no '%s'%s".formatted(word, NearNames.hint(word, words)));
          } else if (pause.isEmpty()) {
            complaints.add("tryAgain.%s \"%s\" is not like 6 x 3s".formatted(word, text));
          } else {
            rules.put(
                Reason.valueOf(word.toUpperCase(Locale.ROOT)),
                new Times(Integer.parseInt(times.group(1)), pause.get()));
          }
        });
    return new TryAgain(rules);
  }

  /** How often a failure like this is tried again, null for never. */
  public @Nullable Times after(Fault fault) {
    Reason reason = Reason.of(fault);
    return reason == null ? null : rules.get(reason);
  }
}
