package dev.caravan.pool;

import dev.caravan.call.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is used, at every level: model, quota group, credential (rotation.md 4.1). The same
 * for a call and for the replay of one. Guarded by the pool's lock.
 */
final class Tally {
  private final Roster roster;
  private final FairCycle cycle;
  private final Journal journal;
  private PoolOptions options;

  Tally(Roster roster, FairCycle cycle, Journal journal, PoolOptions options) {
    this.roster = roster;
    this.cycle = cycle;
    this.journal = journal;
    this.options = options;
  }

  void follow(PoolOptions now) {
    options = now;
  }

  /**
   * Counts one attempt.
   *
   * @param times how many requests it is, 0 when it costs none
   * @return how the member stands in its quota group, or in the model when it has none
   */
  Standing count(
      Member member,
      String model,
      @Nullable String group,
      int times,
      StateChange.Result result,
      Usage usage,
      double cost,
      long now) {
    member.totals.count(times, result, usage, cost, now);
    Standing ofModel = roster.standing(roster.scope(model, ScopeKind.MODEL, now), member);
    count(ofModel, times, times, result, usage, cost, now);
    Standing shared = ofModel;
    if (group != null) {
      shared = roster.standing(roster.scope(group, ScopeKind.GROUP, now), member);
      int weight = options.weightOf(model.substring(model.indexOf('/') + 1));
      count(shared, times, times * weight, result, usage, cost, now);
      follow(ofModel, shared);
    }
    for (Window window : member.whole.windows()) {
      if (times > 0) {
        window.count(times, result, usage, cost, now);
      }
    }
    if (times > 0) {
      cycle.used(member, shared, times, now);
    }
    if (journal.isOn()) {
      journal.tell(
          new StateChange.Used(
              journal.provider, member.id, model, group, now, times, result, usage, cost));
    }
    return shared;
  }

  private static void count(
      Standing standing,
      int times,
      int inWindows,
      StateChange.Result result,
      Usage usage,
      double cost,
      long now) {
    standing.totals().count(times, result, usage, cost, now);
    if (times > 0) {
      for (Window window : standing.windows()) {
        window.count(inWindows, result, usage, cost, now);
      }
    }
  }

  private static void follow(Standing ofModel, Standing ofGroup) {
    Window[] mine = ofModel.windows();
    Window[] groups = ofGroup.windows();
    for (int i = 0; i < mine.length && i < groups.length; i++) {
      mine[i].follow(groups[i]);
    }
  }
}
