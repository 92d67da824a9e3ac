package dev.caravan.pool;

import dev.caravan.call.Usage;
import org.jspecify.annotations.Nullable;

/**
 * One usage window of one credential in one scope (rotation.md 4.2). Guarded by the pool's lock.
 *
 * <p>A window without use has neither start nor end. When it has ended the next use begins a new
 * one: counters at zero, the limit stays, the highest count so far is kept.
 */
final class Window {
  static final long UNKNOWN = -1;

  /** A provider's figures are believed this long, in milliseconds. */
  private static final long FRESH_BASELINE = 600_000;

  final WindowRule rule;
  final Counters counters = new Counters();
  private long startedAt;
  private long resetAt;
  private long end;
  private long limit;
  private long baselineAt;
  private double shareLeft = UNKNOWN;
  private long shareUntil;
  private long mostRequests;
  private long mostRequestsAt;

  Window(WindowRule rule) {
    this.rule = rule;
    this.limit = rule.limit();
  }

  boolean runs(long now) {
    return startedAt != 0 && now < end;
  }

  /** Requests in the running period, 0 when none runs. */
  long requests(long now) {
    return startedAt != 0 && now < end ? counters.requests : 0;
  }

  /** What the requests of the running period have cost, in US dollars. */
  double cost(long now) {
    return startedAt != 0 && now < end ? counters.cost() : 0;
  }

  /** When the running period ends, 0 when none runs or nobody knows. */
  long endIfKnown(long now) {
    return runs(now) && end != WindowRule.NEVER ? end : 0;
  }

  long limit() {
    return limit;
  }

  long startedAt() {
    return startedAt;
  }

  /** Lets a period begin if none runs. */
  void roll(long now) {
    if (runs(now)) {
      return;
    }
    counters.clear();
    startedAt = now;
    resetAt = 0;
    end = rule.end(now);
  }

  void count(int times, StateChange.Result result, Usage usage, double cost, long now) {
    roll(now);
    counters.count(times, result, usage, cost, now);
    most(now);
  }

  private void most(long now) {
    if (counters.requests > mostRequests) {
      mostRequests = counters.requests;
      mostRequestsAt = now;
    }
  }

  /** The group is the master for time: a member's window begins and ends with it. */
  void follow(Window group) {
    startedAt = group.startedAt;
    resetAt = group.resetAt;
    end = group.end;
    if (group.baselineAt != 0) {
      limit = group.limit;
    }
  }

  /**
   * Takes the provider's own figures.
   *
   * @param used requests, {@link #UNKNOWN} for no word about them
   * @param allowed limit, {@link #UNKNOWN} for no word about it
   * @param reset epoch milliseconds, 0 for no word about it
   * @param force whether the provider's count wins even where it is the lower one
   */
  void take(long used, long allowed, long reset, boolean force, long now) {
    baselineAt = now;
    if (allowed >= 0) {
      limit = allowed;
    }
    boolean inUse = used > 0 || requests(now) > 0;
    if (!inUse) {
      return;
    }
    roll(now);
    if (used >= 0) {
      long local = Math.max(counters.requests, counters.successes + counters.failures);
      counters.requestsAre(force ? used : Math.max(local, used));
    }
    if (reset > now) {
      resetAt = reset;
      end = reset;
    }
    most(now);
  }

  /**
   * Takes the share that is left of the window. It is shown where no limit is known, decides
   * nothing, and is not kept over a restart.
   *
   * @param left from 0 to 1, {@link #UNKNOWN} for no word about it
   * @param reset epoch milliseconds, 0 for no word about it
   */
  void takeShare(double left, long reset) {
    shareLeft = left;
    shareUntil = reset;
  }

  /** Sets what {@link #take} had come to, on replay. */
  void setBaseline(long used, long allowed, long reset, long at) {
    take(used, allowed, reset, true, at);
  }

  /** Whether the provider itself says that nothing is left; 0 when not, else until when. */
  long emptyUntil(long now) {
    boolean told = baselineAt != 0 && now - baselineAt < FRESH_BASELINE && limit >= 0;
    return told && resetAt > now && requests(now) >= limit ? resetAt : 0;
  }

  boolean hasBaseline() {
    return baselineAt != 0;
  }

  /** Whether the provider's figures, if there are any, show something left. */
  boolean showsQuota(long now) {
    return baselineAt != 0 && limit > 0 && requests(now) < limit;
  }

  /** Share that is left of the limit from 0 to 1; 1 when no limit is known. */
  double headroom(long now) {
    return limit <= 0 ? 1 : Math.max(0, limit - requests(now)) / (double) limit;
  }

  /** Ends the period now, by order of the daily reset. */
  void end() {
    startedAt = 0;
    resetAt = 0;
    end = 0;
    counters.clear();
  }

  void shift(long millis) {
    if (startedAt != 0 && rule.mode() == ResetMode.ROLLING && resetAt == 0) {
      startedAt += millis;
      end = rule.end(startedAt);
    }
  }

  PoolState.WindowState state() {
    return new PoolState.WindowState(
        rule.name(),
        counters.counts(),
        startedAt,
        resetAt,
        limit,
        baselineAt,
        mostRequests,
        mostRequestsAt);
  }

  void restore(PoolState.WindowState s) {
    counters.set(s.counts());
    startedAt = s.startedAt();
    resetAt = s.resetAt();
    end = startedAt == 0 ? 0 : resetAt != 0 ? resetAt : rule.end(startedAt);
    limit = s.limit() >= 0 ? s.limit() : rule.limit();
    baselineAt = s.baselineAt();
    mostRequests = s.mostRequests();
    mostRequestsAt = s.mostRequestsAt();
  }

  /** Takes the higher counts and the later end of both. */
  void merge(PoolState.WindowState s) {
    if (startedAt == 0 || s.startedAt() > startedAt) {
      PoolState.WindowState own = state();
      restore(s);
      if (own.startedAt() == s.startedAt()) {
        counters.raiseTo(own.counts());
      }
    } else {
      if (s.startedAt() == startedAt) {
        counters.raiseTo(s.counts());
        if (s.resetAt() > resetAt) {
          resetAt = s.resetAt();
          end = resetAt;
        }
      }
      limit = limit < 0 ? s.limit() : limit;
    }
    if (s.mostRequests() > mostRequests) {
      mostRequests = s.mostRequests();
      mostRequestsAt = s.mostRequestsAt();
    }
  }

  PoolView.WindowView view(long now) {
    boolean running = runs(now);
    Counts counts = running ? counters.counts() : Counts.NONE;
    long hours = Math.max(1, now - startedAt);
    double perHour = running ? counts.requests() * 3_600_000.0 / hours : 0;
    @Nullable Long remaining = limit < 0 ? null : Math.max(0, limit - counts.requests());
    boolean shareHolds = limit < 0 && shareLeft >= 0 && (shareUntil == 0 || now < shareUntil);
    return new PoolView.WindowView(
        rule.name(),
        rule.primary(),
        counts,
        limit < 0 ? null : limit,
        remaining,
        shareHolds ? shareLeft : null,
        running ? startedAt : 0,
        running ? endIfKnown(now) : shareHolds ? shareUntil : 0,
        mostRequests,
        mostRequestsAt,
        perHour);
  }
}
