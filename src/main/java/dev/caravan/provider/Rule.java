package dev.caravan.provider;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of errors. Everything that it names has to be there; what it does not name
 * does not matter.
 *
 * @param kind what it means
 * @param provider the only provider it holds for, null for all
 * @param status HTTP statuses it holds for
 * @param shouldRetry value of {@code x-should-retry}, null for any
 * @param words codes, types or reasons of which the body has one; empty for any
 * @param text pattern that the message has, null for any
 * @param pause how long when the upstream names no time, null when the pool's own steps hold
 */
record Rule(
    FaultClass kind,
    @Nullable String provider,
    IntPredicate status,
    @Nullable String shouldRetry,
    Set<String> words,
    @Nullable Pattern text,
    @Nullable Duration pause) {

  static Rule means(FaultClass kind) {
    return new Rule(kind, null, any -> true, null, Set.of(), null, null);
  }

  Rule at(String onlyProvider) {
    return new Rule(kind, onlyProvider, status, shouldRetry, words, text, pause);
  }

  Rule status(Integer... statuses) {
    Set<Integer> set = Set.of(statuses);
    return new Rule(kind, provider, set::contains, shouldRetry, words, text, pause);
  }

  Rule statusBetween(int from, int to) {
    return new Rule(kind, provider, s -> from <= s && s <= to, shouldRetry, words, text, pause);
  }

  Rule shouldRetry(boolean value) {
    return new Rule(kind, provider, status, String.valueOf(value), words, text, pause);
  }

  Rule word(String... oneOf) {
    return new Rule(kind, provider, status, shouldRetry, Set.of(oneOf), text, pause);
  }

  Rule text(String pattern) {
    Pattern compiled = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    return new Rule(kind, provider, status, shouldRetry, words, compiled, pause);
  }

  Rule waiting(Duration time) {
    return new Rule(kind, provider, status, shouldRetry, words, text, time);
  }

  /** Why the row holds, as short as a log line wants it; empty when it does not. */
  Optional<String> holdsFor(ErrorEvidence evidence) {
    if ((provider != null && !provider.equals(evidence.provider()))
        || !status.test(evidence.status())
        || (shouldRetry != null && !shouldRetry.equals(evidence.shouldRetry()))) {
      return Optional.empty();
    }
    if (text != null) {
      Matcher matcher = text.matcher(evidence.body().text());
      return matcher.find() ? Optional.of("text \"" + matcher.group() + '"') : Optional.empty();
    }
    if (!words.isEmpty()) {
      return evidence.body().words().entrySet().stream()
          .filter(word -> words.contains(word.getKey()))
          .map(word -> word.getValue() + " " + word.getKey())
          .findFirst();
    }
    if (shouldRetry != null) {
      return Optional.of("header x-should-retry " + shouldRetry);
    }
    return Optional.of((evidence.byBody() ? "body status " : "status ") + evidence.status());
  }
}
