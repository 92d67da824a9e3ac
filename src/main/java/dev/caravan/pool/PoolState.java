package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one pool has to know after a restart: made by {@link Pool#state()}, taken by {@link
 * PoolMemory#load} and {@link Pool#merge}. Immutable, without secrets.
 *
 * <p>Holds credentials that are no longer configured too: they are history, and come back with all
 * that was known when they are configured again. Times are epoch milliseconds; 0 means none.
 *
 * @param at when it was made
 */
public record PoolState(
    String provider,
    long at,
    List<CredentialState> credentials,
    List<CycleState> cycles,
    List<ThrottleState> throttles,
    List<PinState> pins) {

  public PoolState {
    credentials = List.copyOf(credentials);
    cycles = List.copyOf(cycles);
    throttles = List.copyOf(throttles);
    pins = List.copyOf(pins);
  }

  /**
   * One credential.
   *
   * @param id stable over restarts
   * @param fingerprint of its secret when it was last configured, empty when never
   * @param tier plan as the provider names it, null when not known
   * @param configured whether it is one of those that the pool lends
   * @param totals of all scopes together
   */
  public record CredentialState(
      String id,
      String fingerprint,
      @Nullable String tier,
      int priority,
      boolean configured,
      boolean disabled,
      boolean needsReauth,
      long lastSuccess,
      Counts totals,
      List<ScopeState> scopes) {

    public CredentialState {
      scopes = List.copyOf(scopes);
    }
  }

  /**
   * A credential in one scope.
   *
   * @param scope model with prefix, name of a quota group, or {@link Cooldown#WHOLE_CREDENTIAL}
   * @param cooldown null when none runs
   * @param failuresInRow of this credential in this scope
   * @param mark why it has had its share of the fair cycle, null when it has not
   * @param cycleRequests counted in the running fair cycle
   */
  public record ScopeState(
      String scope,
      ScopeKind kind,
      Counts totals,
      List<WindowState> windows,
      @Nullable Cooldown cooldown,
      int failuresInRow,
      long failedAt,
      long nextProbe,
      long probeInterval,
      @Nullable String mark,
      long markedAt,
      long cycleRequests) {

    public ScopeState {
      windows = List.copyOf(windows);
    }
  }

  /**
   * A usage window.
   *
   * @param name {@code daily}, {@code 5h}
   * @param counts since it started
   * @param startedAt of the running period, 0 when it was never used
   * @param resetAt that the provider told, 0 when it told none
   * @param limit requests that it allows, -1 when not known
   * @param baselineAt when the provider's own figures were last taken
   * @param mostRequests of any period so far
   */
  public record WindowState(
      String name,
      Counts counts,
      long startedAt,
      long resetAt,
      long limit,
      long baselineAt,
      long mostRequests,
      long mostRequestsAt) {}

  /** A running fair cycle; {@code tier} is -1 when all tiers cycle together. */
  public record CycleState(String scope, int tier, long startedAt, int cycles) {}

  /** A pause of the provider, {@code scope} as in {@link StateChange.Throttled}. */
  public record ThrottleState(String scope, FaultClass kind, String evidence, long until) {}

  /** A pin; {@code session} is null for the whole provider. */
  public record PinState(@Nullable String session, String credential) {}
}
