package dev.caravan.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of the decision record of a call (rotation.md 3.11): why it went where it went.
 * Immutable, and made of references that exist anyway: texts are built when somebody asks.
 */
public sealed interface Note {

  /** When, on {@link TimeSource#nanos()}. */
  long atNanos();

  /** It was sent to another model than before: by an alias, as a fallback, by a hook. */
  record Routed(long atNanos, ModelName model) implements Note {}

  /**
   * Credentials that could not be lent when one was looked for.
   *
   * @param skipped at most a few dozen of them
   */
  record PassedOver(long atNanos, String provider, List<Skipped> skipped) implements Note {}

  /**
   * It waited for a credential, or before a further attempt.
   *
   * @param reason {@code cooldown}, {@code busy}, {@code throttle} or {@code retry}
   */
  record Waited(long atNanos, String provider, String reason, long nanos) implements Note {}

  /** The first content of a stream was there: from here on nothing else may take the call. */
  record Begun(long atNanos, String provider, String credential) implements Note {}

  /**
   * An attempt has ended.
   *
   * @param atNanos when it began
   * @param message what the upstream said, masked; null after a success
   */
  record Tried(long atNanos, @Nullable ModelName model, Attempt attempt, @Nullable String message)
      implements Note {}

  /** It failed at one target, and another took it. */
  record GaveUp(long atNanos, Failure failure) implements Note {}

  /**
   * A hook ran.
   *
   * @param outcome what it did to the call, {@code changed body}; null when nothing
   */
  record Hooked(long atNanos, String hook, long nanos, @Nullable String outcome) implements Note {}
}
