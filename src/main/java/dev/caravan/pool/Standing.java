package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one credential stands in one scope: its cooldown with the probes of it, its failures in a
 * row, its uses in the running window. Guarded by the pool's lock.
 */
final class Standing extends Gate {
  private static final long QUIET_MILLIS = 900_000;

  final String scope;
  @Nullable Cooldown cooldown;
  int failures;
  private long failedAt;
  private long lastProbe;
  private long nextProbe;
  private long probeInterval;
  private long windowEnd;
  private long uses;

  Standing(String scope) {
    this.scope = scope;
  }

  /** Uses in the running window, 0 when none runs. */
  long uses(long now) {
    return now < windowEnd ? uses : 0;
  }

  void used(long now, Duration window) {
    if (now >= windowEnd) {
      windowEnd = now + window.toMillis();
      uses = 0;
    }
    uses++;
  }

  /** Counts one more failure in a row; the row ends after 900 s in which it could have worked. */
  int failed(long now) {
    if (now - Math.max(failedAt, until) > QUIET_MILLIS) {
      failures = 0;
    }
    failedAt = now;
    return ++failures;
  }

  /**
   * Rests until the later of the running and the new end; the reason is that of the end that won.
   *
   * @return whether the new one won
   */
  boolean cool(
      FaultClass kind, Source source, String evidence, long now, long end, Duration first) {
    if (end <= now || end <= until) {
      return false;
    }
    boolean runs = isClosed(now);
    Instant since = runs && cooldown != null ? cooldown.since() : Instant.ofEpochMilli(now);
    put(new Cooldown(scope, kind, source, evidence, since, Instant.ofEpochMilli(end)));
    if (!runs) {
      lastProbe = now;
      probeInterval = first.toMillis();
      nextProbe = now + probeInterval;
    }
    return true;
  }

  /** Takes a cooldown as it is, shorter or none too: only an authority may do that. */
  void put(@Nullable Cooldown value) {
    cooldown = value;
    until = value == null ? 0 : value.until().toEpochMilli();
  }

  /** Replaces the end of a cooldown by what a probe was told. */
  void replaceEnd(FaultClass kind, String evidence, long now, long end) {
    Instant since = cooldown == null ? Instant.ofEpochMilli(now) : cooldown.since();
    put(new Cooldown(scope, kind, Source.UPSTREAM, evidence, since, Instant.ofEpochMilli(end)));
  }

  /** Whether the schedule asks for a probe. */
  boolean isProbeDue(long now) {
    return now >= nextProbe && !hasTrial();
  }

  /** Whether a probe may run because no other credential is left. */
  boolean isLastKeyProbeDue(long now, Duration interval) {
    return now - lastProbe >= interval.toMillis() && !hasTrial();
  }

  /**
   * A probe was sent.
   *
   * @param failed whether it told that the cooldown is right; otherwise it told nothing
   */
  void probed(long at, boolean failed, Duration longest) {
    if (failed && at >= nextProbe) {
      probeInterval = Math.min(probeInterval * 2, longest.toMillis());
    }
    nextProbe = Math.max(nextProbe, at + probeInterval);
  }

  void probeStarts(long now) {
    lastProbe = now;
  }

  long nextProbe() {
    return nextProbe;
  }

  @Override
  void open() {
    super.open();
    cooldown = null;
  }

  /** Forgets cooldown and failures; the uses stay. */
  void clear() {
    open();
    failures = 0;
  }

  /** Whether nothing would be lost without it. */
  boolean isIdle(long now) {
    return until <= now && !hasTrial() && now >= windowEnd && now - failedAt > QUIET_MILLIS;
  }
}
