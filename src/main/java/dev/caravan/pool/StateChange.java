package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import dev.caravan.call.Usage;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a pool will have to know after a restart, or that a listener may want to hear of.
 * Immutable and without secrets.
 *
 * <p>A snapshot ({@link PoolState}) and all changes after it, replayed in order by {@link
 * PoolMemory#load}, give the same pool again. Windows roll and ladders climb by themselves on
 * replay, since each change carries its time. {@link Note}s change nothing and need not be stored.
 *
 * <p>All times are epoch milliseconds; 0 means none.
 */
public sealed interface StateChange {

  String provider();

  /** When it happened. */
  long at();

  /** A change of one credential. */
  sealed interface OfCredential extends StateChange {
    /** {@link Credential#id}. */
    String credential();
  }

  /** Something to tell, with no effect on the pool. */
  sealed interface Note extends StateChange {}

  /**
   * An attempt was counted.
   *
   * @param model with prefix, {@code groq/llama-3}
   * @param group quota group of the model, null when it has none
   * @param requests how much it counts, 0 or more
   * @param result how it ended
   */
  record Used(
      String provider,
      String credential,
      String model,
      @Nullable String group,
      long at,
      int requests,
      Result result,
      Usage usage,
      double cost)
      implements OfCredential {}

  /** How a counted attempt ended. */
  enum Result {
    SUCCESS,
    FAILURE,
    /** Neither: the client left, or nobody told. */
    OPEN
  }

  /**
   * A credential rests, for longer or for the first time; replaces what it had for that scope.
   *
   * @param failuresInRow on that scope, this one included
   * @param nextProbe when one call may ask whether it is right
   * @param probeInterval milliseconds after which the next one may
   */
  record CooldownSet(
      String provider,
      String credential,
      Cooldown cooldown,
      int failuresInRow,
      long nextProbe,
      long probeInterval,
      long at)
      implements OfCredential {}

  /**
   * A cooldown ended before its time.
   *
   * @param was what has ended
   * @param why who knew better
   */
  record CooldownCleared(String provider, String credential, Cooldown was, ClearReason why, long at)
      implements OfCredential {}

  /** Who knew better than a cooldown. */
  enum ClearReason {
    /** A probe, or a call that began after it, was answered. */
    RECOVERED_EARLY,
    OPERATOR,
    /** The provider's own quota figures. */
    QUOTA_BACK,
    /** The fault was the provider's, not the credential's. */
    WITHDRAWN
  }

  /**
   * A probe failed, or told nothing; the cooldown goes on.
   *
   * @param scope of the cooldown
   */
  record Probed(
      String provider, String credential, String scope, long nextProbe, long probeInterval, long at)
      implements OfCredential {}

  /**
   * Figures of the provider for one window, as they were after they had been merged.
   *
   * @param scope model or quota group, {@link Cooldown#WHOLE_CREDENTIAL} for the whole credential
   * @param group whether the scope is a quota group
   * @param window name of the window
   * @param used requests in the window after the merge
   * @param limit requests that the window allows, -1 when not known
   * @param reset when it ends, 0 when not known
   */
  record BaselineTaken(
      String provider,
      String credential,
      String scope,
      boolean group,
      String window,
      long used,
      long limit,
      long reset,
      long at)
      implements OfCredential {}

  /**
   * A credential has had its share of the cycle in a scope, or may be used again.
   *
   * @param reason null when the mark was taken away
   */
  record CycleMarked(
      String provider, String credential, String scope, @Nullable String reason, long at)
      implements OfCredential {}

  /**
   * A fair cycle began anew in a scope.
   *
   * @param scope model or quota group, {@code _credential_} for the whole credential
   * @param tier priority whose marks were taken away, -1 for all
   * @param cycles how many there have been
   */
  record CycleReset(String provider, String scope, int tier, int cycles, long at)
      implements StateChange {}

  /**
   * A credential went out of use, or came back, by order of a person or because its login is dead.
   */
  record Switched(
      String provider, String credential, boolean disabled, boolean needsReauth, long at)
      implements OfCredential {}

  /**
   * Calls are to use one credential alone.
   *
   * @param session of which session, null for the whole provider
   * @param credential null when the pin was taken away
   */
  record Pinned(String provider, @Nullable String session, @Nullable String credential, long at)
      implements StateChange {}

  /**
   * The whole provider, or one of its models, has a pause.
   *
   * @param scope model, {@code *} for the whole provider
   */
  record Throttled(
      String provider, String scope, FaultClass kind, String evidence, long until, long at)
      implements StateChange {}

  /** Such a pause ended before its time. */
  record ThrottleCleared(String provider, String scope, long at) implements StateChange {}

  /**
   * A limit of the operator was reached; the cooldown that follows is told on its own.
   *
   * @param scope model or quota group of the cap
   */
  record CapReached(String provider, String credential, String scope, long limit, long at)
      implements Note {}

  /**
   * A call found nothing that it could use.
   *
   * @param retryAt when something may be free again, 0 when not known
   */
  record PoolExhausted(String provider, String model, long retryAt, long at) implements Note {}

  /** A lease was taken back because nobody settled it. */
  record LeaseExpired(String provider, String credential, String model, long at) implements Note {}
}
