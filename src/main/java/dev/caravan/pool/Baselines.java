package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what providers themselves say of quotas (rotation.md 4.5). Guarded by the pool's lock.
 */
final class Baselines {
  /** What is further away is a mistake of the provider, or of the parser. */
  private static final long LONGEST_RESET = Duration.ofDays(35).toMillis();

  private static final long FOR_NOW = Duration.ofDays(30).toMillis();

  private final Roster roster;
  private final Cooldowns cooldowns;
  private final FairCycle cycle;
  private final Caps caps;
  private final Journal journal;
  private PoolOptions options;

  Baselines(
      Roster roster,
      Cooldowns cooldowns,
      FairCycle cycle,
      Caps caps,
      Journal journal,
      PoolOptions options) {
    this.roster = roster;
    this.cooldowns = cooldowns;
    this.cycle = cycle;
    this.caps = caps;
    this.journal = journal;
    this.options = options;
  }

  void follow(PoolOptions now) {
    options = now;
  }

  void take(Member member, Baseline told, long now) {
    Standing standing = standing(member, told.model(), now);
    String name = told.window();
    Window window = name == null ? standing.primary() : standing.window(name);
    long reset = told.resetAt() > now + LONGEST_RESET ? 0 : told.resetAt();
    if (window == null) {
      judge(member, standing, told.isEmpty(Window.UNKNOWN), reset, now);
      return;
    }
    long used = told.used(window.limit());
    boolean empty = told.isEmpty(window.limit());
    boolean idle = told.remainingFraction() == 1;
    window.take(used, told.limit(), idle ? 0 : reset, told.force(), now);
    window.takeShare(told.remainingFraction(), idle ? 0 : reset);
    tellTheMembers(member, standing, options, prefix());
    journal.tell(
        () ->
            new StateChange.BaselineTaken(
                journal.provider,
                member.id,
                standing.scope.key,
                standing.scope.kind == ScopeKind.GROUP,
                window.rule.name(),
                window.requests(now),
                window.limit(),
                idle ? 0 : reset,
                now));
    judge(member, standing, empty, reset, now);
    if (!caps.isEmpty()) {
      caps.check(member, standing, cooldowns, journal, now);
    }
  }

  private Standing standing(Member member, @Nullable String model, long now) {
    if (model == null) {
      return member.whole;
    }
    String group = options.groupOf(upstream(model));
    if (group != null) {
      return roster.standing(roster.scope(group, ScopeKind.GROUP, now), member);
    }
    if (options.quotaGroups().has(model)) {
      return roster.standing(roster.scope(model, ScopeKind.GROUP, now), member);
    }
    String key = model.startsWith(prefix()) ? model : prefix() + model;
    return roster.standing(roster.scope(key, ScopeKind.MODEL, now), member);
  }

  private String prefix() {
    return prefixOf(journal.provider);
  }

  /** What the models of a pool begin with: the provider's name, whosever the pool is. */
  static String prefixOf(String pool) {
    return pool.substring(pool.lastIndexOf('/') + 1) + "/";
  }

  private String upstream(String model) {
    return model.startsWith(prefix()) ? model.substring(prefix().length()) : model;
  }

  /**
   * The models of a group take its times and limit.
   *
   * @param prefix of the provider's models
   */
  static void tellTheMembers(Member member, Standing group, PoolOptions options, String prefix) {
    if (group.scope.kind != ScopeKind.GROUP) {
      return;
    }
    member
        .standings()
        .forEach(
            s -> {
              String key = s.scope.key;
              String model = key.startsWith(prefix) ? key.substring(prefix.length()) : key;
              if (group.scope.key.equals(options.groupOf(model))) {
                Window[] mine = s.windows();
                for (int i = 0; i < mine.length && i < group.windows().length; i++) {
                  mine[i].follow(group.windows()[i]);
                }
              }
            });
  }

  private void judge(Member member, Standing standing, boolean empty, long reset, long now) {
    if (!empty) {
      Cooldown running = standing.isClosed(now) ? standing.cooldown : null;
      if (running != null && isOfQuota(running)) {
        cooldowns.end(member, standing, StateChange.ClearReason.QUOTA_BACK, now);
        standing.failures = 0;
        cycle.unmark(member, standing, now);
      }
      return;
    }
    long until = reset > now ? reset : untilWithoutReset(now);
    if (until > now) {
      Cooldown rest =
          Cooldown.of(
                  standing.scope.key,
                  FaultClass.QUOTA_EXCEEDED,
                  Source.API_QUOTA,
                  reset > now
                      ? "the provider's quota figures: nothing left"
                      : "the provider's quota figures: nothing left, no time told",
                  now,
                  until)
              .because("quota_exhausted");
      cooldowns.set(member, standing, rest, now);
    }
  }

  private static boolean isOfQuota(Cooldown cooldown) {
    return cooldown.kind() == FaultClass.QUOTA_EXCEEDED
        && cooldown.source() != Source.CUSTOM_CAP
        && cooldown.source() != Source.OPERATOR;
  }

  private long untilWithoutReset(long now) {
    return switch (options.noReset()) {
      case WARN_ONLY -> 0;
      case COOLDOWN -> now + options.noResetCooldown().toMillis();
      case DISABLE_SCOPE -> now + FOR_NOW;
    };
  }

  /** The caps have changed: what the old ones have brought about ends. */
  void forgetCaps(long now) {
    for (Member member : roster.members()) {
      member
          .standings()
          .forEach(
              s -> {
                s.cappedIn = 0;
                Cooldown running = s.isClosed(now) ? s.cooldown : null;
                if (running != null && running.source() == Source.CUSTOM_CAP) {
                  cooldowns.end(member, s, StateChange.ClearReason.OPERATOR, now);
                  cycle.unmark(member, s, now);
                }
              });
    }
  }

  /** Ends the windows whose time has come. */
  int endWindows(Member member, long now) {
    int[] ended = {endWindows(member.whole, now)};
    member.standings().forEach(s -> ended[0] += endWindows(s, now));
    return ended[0];
  }

  private static int endWindows(Standing standing, long now) {
    int ended = 0;
    for (Window window : standing.windows()) {
      if (window.startedAt() != 0 && !window.runs(now)) {
        window.end();
        ended++;
      }
    }
    return ended;
  }
}
