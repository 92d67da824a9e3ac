package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a pool knows at a moment, without secrets. Immutable.
 *
 * @param waiting calls in the queue
 * @param leasesActive calls in flight
 * @param leasesExpired leases ever taken back because nobody settled them
 */
public record PoolView(
    String provider,
    Mode mode,
    List<CredentialView> credentials,
    List<ThrottleView> throttles,
    int waiting,
    int leasesActive,
    long leasesExpired) {

  /** How a credential stands, apart from single models. */
  public enum State {
    READY,
    BUSY,
    /** It rests for some scope. */
    COOLING,
    /** It rests for every scope. */
    LOCKED,
    NEEDS_REAUTH;

    /** As it stands in views: {@code needs_reauth}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One credential.
   *
   * @param active calls in flight
   * @param max ceiling of calls in flight, 0 for none
   * @param optimal target of calls in flight, 0 for none
   * @param lastUsed when it was lent last, null when never
   */
  public record CredentialView(
      String id,
      String fingerprint,
      String label,
      int priority,
      State state,
      int active,
      int max,
      int optimal,
      long requests,
      long successes,
      long failures,
      @Nullable Instant lastUsed,
      List<CooldownView> cooldowns) {}

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

  static PoolView of(
      String provider,
      PoolOptions options,
      Roster roster,
      Throttles throttles,
      int waiting,
      Leases leases,
      long now) {
    return new PoolView(
        provider,
        options.mode(),
        Arrays.stream(roster.members()).map(member -> of(member, roster, now)).toList(),
        throttles.all().stream()
            .filter(t -> t.isClosed(now))
            .map(t -> new ThrottleView(t.scope, t.kind, t.evidence, Instant.ofEpochMilli(t.until)))
            .toList(),
        waiting,
        leases.active(),
        leases.expired());
  }

  private static CredentialView of(Member member, Roster roster, long now) {
    List<CooldownView> cooldowns = new ArrayList<>(2);
    add(cooldowns, member.whole, now);
    roster.scopes().forEach(scope -> add(cooldowns, scope.at(member), now));
    Credential credential = member.credential;
    return new CredentialView(
        credential.id(),
        credential.fingerprint(),
        credential.label(),
        credential.priority(),
        state(member, cooldowns, now),
        member.active,
        member.max,
        member.optimal,
        member.requests,
        member.successes,
        member.failures,
        member.lastUsed == 0 ? null : Instant.ofEpochMilli(member.lastUsed),
        List.copyOf(cooldowns));
  }

  private static void add(List<CooldownView> views, @Nullable Standing standing, long now) {
    if (standing != null && standing.isClosed(now) && standing.cooldown != null) {
      Instant nextProbe = Instant.ofEpochMilli(standing.nextProbe());
      views.add(new CooldownView(standing.cooldown, standing.failures, nextProbe));
    }
  }

  private static State state(Member member, List<CooldownView> cooldowns, long now) {
    if (member.needsReauth) {
      return State.NEEDS_REAUTH;
    }
    if (member.whole.isClosed(now)) {
      return State.LOCKED;
    }
    if (!cooldowns.isEmpty()) {
      return State.COOLING;
    }
    return member.isFull() ? State.BUSY : State.READY;
  }
}
