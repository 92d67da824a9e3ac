package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pool knows at a moment, without secrets. Immutable. Holds all that {@code /v1/quota-stats}
 * shows of a provider (http-api.md 16).
 *
 * @param groups name of each quota group to the models that it names
 * @param cycles running fair cycles
 * @param pins what is pinned by persons
 * @param pinnedTo the one credential that the whole pool uses, null for all
 * @param waiting calls in the queue
 * @param leasesActive calls in flight
 * @param leasesExpired leases ever taken back because nobody settled them
 * @param sessions bindings of sessions to credentials
 */
public record PoolView(
    String provider,
    Mode mode,
    List<CredentialView> credentials,
    List<ThrottleView> throttles,
    Map<String, List<String>> groups,
    List<PoolState.CycleState> cycles,
    List<PoolState.PinState> pins,
    @Nullable String pinnedTo,
    int waiting,
    int leasesActive,
    long leasesExpired,
    int sessions) {

  /** How a credential stands, apart from single models. */
  public enum State {
    READY,
    BUSY,
    /** It rests for some scope. */
    COOLING,
    /** It rests for every scope. */
    LOCKED,
    /** One real call is finding out whether it works again. */
    PROBING,
    NEEDS_REAUTH,
    DISABLED;

    /** As it stands in views: {@code needs_reauth}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One credential.
   *
   * @param tier plan as the provider names it, null when not known
   * @param active calls in flight
   * @param max ceiling of calls in flight, 0 for none
   * @param optimal target of calls in flight, 0 for none
   * @param scopesFailed models or groups on which it has failed lately without a success
   * @param lockoutAt how many of them lock it, 0 for never
   * @param totals of all models
   * @param lastUsed when it was lent last, null when never
   * @param scopes models and groups that it was used for
   */
  public record CredentialView(
      String id,
      String fingerprint,
      String label,
      @Nullable String tier,
      int priority,
      State state,
      int active,
      int max,
      int optimal,
      int scopesFailed,
      int lockoutAt,
      Counts totals,
      @Nullable Instant lastUsed,
      List<CooldownView> cooldowns,
      List<ScopeView> scopes) {

    public long requests() {
      return totals.requests();
    }

    public long successes() {
      return totals.successes();
    }

    public long failures() {
      return totals.failures();
    }

    /** How it stands in one model or group, null when it was never used for it. */
    public @Nullable ScopeView scope(String key) {
      return scopes.stream().filter(s -> s.scope().equals(key)).findFirst().orElse(null);
    }

    /** {@code active}, {@code cooldown}, {@code exhausted} or {@code mixed} (http-api.md 16.1). */
    public String status() {
      if (cooldowns.stream()
          .anyMatch(c -> c.cooldown().scope().equals(Cooldown.WHOLE_CREDENTIAL))) {
        return "cooldown";
      }
      List<ScopeView> groups = scopes.stream().filter(s -> s.kind() == ScopeKind.GROUP).toList();
      long exhausted = groups.stream().filter(s -> s.mark() != null).count();
      if (exhausted > 0) {
        return exhausted == groups.size() ? "exhausted" : "mixed";
      }
      return cooldowns.isEmpty() ? "active" : "cooldown";
    }
  }

  /**
   * A credential in a model or quota group.
   *
   * @param scope model with prefix, or name of the group
   * @param cooldown null when none runs
   * @param mark why it has had its share of the fair cycle, null when it has not
   * @param cap limit of the operator, null when there is none
   */
  public record ScopeView(
      String scope,
      ScopeKind kind,
      Counts totals,
      List<WindowView> windows,
      @Nullable CooldownView cooldown,
      @Nullable String mark,
      long cycleRequests,
      @Nullable CapView cap) {}

  /**
   * A usage window.
   *
   * @param counts of the running period, {@link Counts#NONE} when none runs
   * @param limit null when not known
   * @param remaining null when the limit is not known
   * @param shareLeft from 0 to 1 as the provider tells it where it tells no limit, null otherwise
   * @param startedAt epoch milliseconds, 0 when no period runs
   * @param resetAt epoch milliseconds, 0 when no period runs and none is told of, or its end is not
   *     known
   * @param mostRequests of any period so far
   * @param perHour requests an hour in the running period
   */
  public record WindowView(
      String name,
      boolean primary,
      Counts counts,
      @Nullable Long limit,
      @Nullable Long remaining,
      @Nullable Double shareLeft,
      long startedAt,
      long resetAt,
      long mostRequests,
      long mostRequestsAt,
      double perHour) {}

  /**
   * A limit of the operator.
   *
   * @param text as it was written
   * @param limit requests that it comes to, null while it waits for the limit of the window
   */
  public record CapView(String text, @Nullable Long limit, long used, @Nullable Long remaining) {}

  /**
   * A running cooldown.
   *
   * @param failuresInRow in its scope
   * @param nextProbe when one call may ask whether it is right
   */
  public record CooldownView(Cooldown cooldown, int failuresInRow, Instant nextProbe) {}

  /**
   * A running pause.
   *
   * @param scope model, or {@code *} for the whole provider
   */
  public record ThrottleView(String scope, FaultClass kind, String evidence, Instant until) {}

  static CredentialView of(
      Member member, Caps caps, FairCycle cycle, PoolOptions options, long now) {
    List<CooldownView> cooldowns = new ArrayList<>(2);
    add(cooldowns, member.whole, now);
    List<ScopeView> scopes = new ArrayList<>();
    member
        .standings()
        .forEach(
            standing -> {
              add(cooldowns, standing, now);
              scopes.add(scope(member, standing, caps, cycle, now));
            });
    scopes.sort(java.util.Comparator.comparing(ScopeView::scope));
    Credential credential = member.credential;
    return new CredentialView(
        credential.id(),
        credential.fingerprint(),
        credential.label(),
        credential.tier(),
        credential.priority(),
        state(member, cooldowns, now),
        member.active,
        member.max,
        member.optimal,
        member.scopesFailed(now),
        options.lockoutDistinctModels(),
        member.totals.counts(),
        member.lastUsed == 0 ? null : Instant.ofEpochMilli(member.lastUsed),
        List.copyOf(cooldowns),
        List.copyOf(scopes));
  }

  private static ScopeView scope(
      Member member, Standing standing, Caps caps, FairCycle cycle, long now) {
    List<WindowView> windows = new ArrayList<>(standing.windows().length);
    for (Window window : standing.windows()) {
      windows.add(window.view(now));
    }
    return new ScopeView(
        standing.scope.key,
        standing.scope.kind,
        standing.totalCounts(),
        List.copyOf(windows),
        cooldown(standing, now),
        cycle.isOn() ? standing.mark : null,
        standing.cycleRequests,
        caps.view(member, standing, now));
  }

  private static void add(List<CooldownView> views, Standing standing, long now) {
    CooldownView view = cooldown(standing, now);
    if (view != null) {
      views.add(view);
    }
  }

  private static @Nullable CooldownView cooldown(Standing standing, long now) {
    Cooldown running = standing.cooldown;
    return running == null || !standing.isClosed(now)
        ? null
        : new CooldownView(running, standing.failures, Instant.ofEpochMilli(standing.nextProbe()));
  }

  private static State state(Member member, List<CooldownView> cooldowns, long now) {
    if (member.disabled || !member.credential.enabled()) {
      return State.DISABLED;
    }
    if (member.needsReauth) {
      return State.NEEDS_REAUTH;
    }
    if (member.whole.isClosed(now)) {
      return member.whole.hasTrial() ? State.PROBING : State.LOCKED;
    }
    if (!cooldowns.isEmpty()) {
      return State.COOLING;
    }
    return member.isFull() ? State.BUSY : State.READY;
  }
}
