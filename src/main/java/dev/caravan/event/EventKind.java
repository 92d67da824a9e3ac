package dev.caravan.event;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Everything that can happen, by the name that routes listen to. */
public enum EventKind {
  CREDENTIAL_COOLED("credential.cooled", "a credential rests for a model or quota group"),
  CREDENTIAL_LOCKED("credential.locked", "a credential rests for everything"),
  CREDENTIAL_RECOVERED("credential.recovered", "a rest ended before its time"),
  CREDENTIAL_NEEDS_REAUTH("credential.needs_reauth", "the login of an account is dead"),
  CREDENTIAL_DISABLED("credential.disabled", "an operator took a credential out of use"),
  CREDENTIAL_ENABLED("credential.enabled", "it is in use again"),
  CREDENTIAL_PINNED("credential.pinned", "a provider uses one credential alone"),
  CREDENTIAL_UNPINNED("credential.unpinned", "all of them again"),
  PROVIDER_THROTTLED("provider.throttled", "a provider, or one of its models, has a pause"),
  PROVIDER_RECOVERED("provider.recovered", "that pause ended before its time"),
  POOL_EXHAUSTED(
      "pool.exhausted", "a call found no credential that it could use; once a minute and model"),
  CAP_REACHED("cap.reached", "a credential has used up a cap of yours"),
  CYCLE_RESET("cycle.reset", "every credential has had its turn, a new fair cycle begins"),
  LEASE_EXPIRED("lease.expired", "a call never said how it ended; a bug, please report it"),
  STATE_CORRUPT("state.corrupt", "a state file could not be read; it is kept aside"),
  STATE_UNWRITABLE("state.unwritable", "state cannot be written; calls are served all the same");

  private final String word;
  private final String text;

  EventKind(String word, String text) {
    this.word = word;
    this.text = text;
  }

  /** As routes name it: {@code credential.cooled}. */
  public String word() {
    return word;
  }

  /** What has happened, for people. */
  public String text() {
    return text;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(EventKind::word).toList();
  }

  /** Those that a pattern means: a name, or one with {@code *} for any letters. */
  static List<EventKind> matching(String pattern) {
    String[] parts = pattern.strip().split("\\*", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = Pattern.quote(parts[i]);
    }
    Pattern compiled = Pattern.compile(String.join(".*", parts));
    return Arrays.stream(values()).filter(k -> compiled.matcher(k.word).matches()).toList();
  }
}
