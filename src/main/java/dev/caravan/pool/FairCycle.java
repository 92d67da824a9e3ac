package dev.caravan.pool;

import org.jspecify.annotations.Nullable;

/**
 * No credential is used up a second time before the others of its tier had their turn (rotation.md
 * 7.3). Guarded by the pool's lock.
 */
final class FairCycle {
  private final Roster roster;
  private final Journal journal;
  private FairCycleRules rules;

  private long usableAt = -1;
  private int usableTier;
  private int usableCount;

  FairCycle(Roster roster, Journal journal, PoolOptions options) {
    this.roster = roster;
    this.journal = journal;
    this.rules = options.fairCycle();
  }

  void follow(PoolOptions options) {
    rules = options.fairCycle();
    usableAt = -1;
  }

  boolean isOn() {
    return rules.enabled();
  }

  private Standing holder(Member member, Standing standing) {
    return rules.byCredential() ? member.whole : standing;
  }

  int tierOf(Member member) {
    return tier(member);
  }

  private int tier(Member member) {
    return rules.crossTier() ? Scope.ALL_TIERS : member.tier();
  }

  /** A look for a credential begins; what was counted for the last one is out of date. */
  void lookAnew() {
    usableAt = -1;
  }

  /** Whether the credential had its share and others have not. */
  boolean blocks(Member member, @Nullable Standing standing, long now) {
    if (!rules.enabled()) {
      return false;
    }
    Standing holder = rules.byCredential() ? member.whole : standing;
    if (holder == null || holder.mark == null) {
      return false;
    }
    Scope.Cycle cycle = holder.scope.cycleIfAny(tier(member));
    if (cycle == null || now >= cycle.startedAt + rules.duration().toMillis()) {
      reset(holder.scope, tier(member), now);
      return false;
    }
    return usable(tier(member), now) > 1;
  }

  // A credential that is locked out takes no turn, so nobody waits for it.
  private static boolean isUsable(Member member, long now) {
    return !member.isOff() && !member.whole.isClosed(now);
  }

  private boolean isOf(Member member, int tier) {
    return tier == Scope.ALL_TIERS || member.tier() == tier;
  }

  private int usable(int tier, long now) {
    if (usableAt != now || usableTier != tier) {
      int count = 0;
      for (Member member : roster.members()) {
        count += isOf(member, tier) && isUsable(member, now) ? 1 : 0;
      }
      usableAt = now;
      usableTier = tier;
      usableCount = count;
    }
    return usableCount;
  }

  /** A use was counted; at the threshold it is the last one of the cycle. */
  void used(Member member, Standing standing, int times, long now) {
    if (!rules.enabled()) {
      return;
    }
    Standing holder = holder(member, standing);
    holder.scope.cycle(tier(member), now);
    holder.cycleRequests += times;
    Window window = standing.primary();
    long share = window == null ? 0 : rules.share(window.limit());
    if (share > 0 && holder.cycleRequests >= share) {
      mark(member, holder, "quota_threshold", now);
    }
  }

  /** A cooldown was set; a long one says that the share is used up. */
  void rests(Member member, Standing standing, Cooldown cooldown, long now) {
    boolean whole = standing.scope.kind == ScopeKind.CREDENTIAL;
    boolean isLong = cooldown.millisLeft(now) >= rules.exhaustionThreshold().toMillis();
    if (rules.enabled() && isLong && (!whole || rules.byCredential())) {
      mark(member, holder(member, standing), "cooldown_" + cooldown.reason(), now);
    }
  }

  /** By order of a provider's hook. */
  void exhaust(Member member, Standing standing, long now) {
    if (rules.enabled()) {
      mark(member, holder(member, standing), "provider_hook", now);
    }
  }

  private void mark(Member member, Standing holder, String reason, long now) {
    if (holder.mark != null) {
      return;
    }
    holder.mark = reason;
    holder.markedAt = now;
    holder.scope.cycle(tier(member), now);
    journal.tell(
        () ->
            new StateChange.CycleMarked(
                journal.provider, member.id, holder.scope.key, reason, now));
  }

  boolean isMarked(Member member, Standing standing) {
    return holder(member, standing).mark != null;
  }

  void unmark(Member member, Standing standing, long now) {
    Standing holder = holder(member, standing);
    if (holder.mark != null) {
      holder.unmark();
      journal.tell(
          () ->
              new StateChange.CycleMarked(
                  journal.provider, member.id, holder.scope.key, null, now));
    }
  }

  /**
   * When nothing is left to pick: begins a new cycle in each tier that has had its turn. Who rests
   * takes no turn; a rest that ends soon is waited for instead, by who has the time for it.
   *
   * @param deadline wall clock milliseconds until which the call may wait
   * @return whether one began, so that another look is worth it
   */
  boolean tryReset(@Nullable Scope scope, @Nullable Scope modelScope, long deadline, long now) {
    if (!rules.enabled()) {
      return false;
    }
    boolean reset = false;
    long soon = Math.min(now + rules.resetThreshold().toMillis(), deadline);
    for (Roster.Tier tier : roster.tiers()) {
      int of = rules.crossTier() ? Scope.ALL_TIERS : tier.priority();
      reset |= tryReset(scope, modelScope, of, soon, now);
      if (rules.crossTier()) {
        break;
      }
    }
    return reset;
  }

  private boolean tryReset(
      @Nullable Scope scope, @Nullable Scope modelScope, int tier, long soon, long now) {
    Scope held = rules.byCredential() ? roster.wholeCredential() : scope;
    if (held == null) {
      return false;
    }
    boolean any = false;
    for (Member member : roster.members()) {
      if (!isOf(member, tier) || !isUsable(member, now)) {
        continue;
      }
      Standing holder = rules.byCredential() ? member.whole : member.at(held);
      boolean marked = holder != null && holder.mark != null;
      long restEnd = Math.max(restEnd(member.at(scope), now), restEnd(member.at(modelScope), now));
      if (restEnd == 0 ? !marked : restEnd < soon) {
        return false;
      }
      any |= marked;
    }
    if (any) {
      reset(held, tier, now);
    }
    return any;
  }

  private static long restEnd(@Nullable Standing standing, long now) {
    return standing != null && standing.isClosed(now) ? standing.until : 0;
  }

  void reset(Scope scope, int tier, long now) {
    Scope.Cycle cycle = scope.cycle(tier, now);
    cycle.startedAt = now;
    cycle.cycles++;
    forgetMarks(scope, tier);
    journal.tell(
        () ->
            new StateChange.CycleReset(
                journal.provider,
                scope.kind == ScopeKind.CREDENTIAL ? "_credential_" : scope.key,
                tier,
                cycle.cycles,
                now));
  }

  private void forgetMarks(Scope scope, int tier) {
    for (Member member : roster.all()) {
      Standing holder = scope.kind == ScopeKind.CREDENTIAL ? member.whole : member.at(scope);
      if (holder != null && isOf(member, tier)) {
        holder.unmark();
      }
    }
  }

  /** On replay. */
  void wasReset(Scope scope, int tier, int cycles, long at) {
    Scope.Cycle cycle = scope.cycle(tier, at);
    cycle.startedAt = at;
    cycle.cycles = cycles;
    forgetMarks(scope, tier);
  }
}
