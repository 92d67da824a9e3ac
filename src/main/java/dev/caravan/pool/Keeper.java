package dev.caravan.pool;

import dev.caravan.call.Secret;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Writes down all that a pool knows, and takes it in again (rotation.md 4.6). Guarded by the pool's
 * lock.
 */
final class Keeper {
  private final Roster roster;
  private final Throttles throttles;
  private final Pins pins;
  private final Tally tally;
  private final FairCycle cycle;
  private final Journal journal;
  private PoolOptions options;

  Keeper(
      Roster roster,
      Throttles throttles,
      Pins pins,
      Tally tally,
      FairCycle cycle,
      Journal journal,
      PoolOptions options) {
    this.roster = roster;
    this.throttles = throttles;
    this.pins = pins;
    this.tally = tally;
    this.cycle = cycle;
    this.journal = journal;
    this.options = options;
  }

  void follow(PoolOptions now) {
    options = now;
  }

  PoolState state(long now) {
    return state(roster.all(), now);
  }

  /** With these credentials alone, and all that is the pool's. */
  PoolState state(Collection<Member> members, long now) {
    List<PoolState.CredentialState> credentials = new ArrayList<>(members.size());
    for (Member member : members) {
      List<PoolState.ScopeState> scopes = new ArrayList<>();
      if (member.whole.until != 0 || member.whole.mark != null || member.whole.failures > 0) {
        scopes.add(member.whole.state());
      } else if (member.whole.windows().length > 0) {
        scopes.add(member.whole.state());
      }
      member.standings().forEach(standing -> scopes.add(standing.state()));
      credentials.add(
          new PoolState.CredentialState(
              member.id,
              member.credential.fingerprint(),
              member.credential.tier(),
              member.credential.priority(),
              !member.gone,
              member.disabled,
              member.needsReauth,
              member.lastSuccess,
              member.totals.counts(),
              scopes));
    }
    List<PoolState.CycleState> cycles = cycles();
    List<PoolState.ThrottleState> pauses =
        throttles.all().stream()
            .filter(t -> t.isClosed(now))
            .map(t -> new PoolState.ThrottleState(t.scope, t.kind, t.evidence, t.until))
            .toList();
    return new PoolState(journal.provider, now, credentials, cycles, pauses, pins.state());
  }

  List<PoolState.CycleState> cycles() {
    List<PoolState.CycleState> cycles = new ArrayList<>();
    roster.scopes().forEach(scope -> add(cycles, scope, scope.key));
    add(cycles, roster.wholeCredential(), "_credential_");
    return cycles;
  }

  private static void add(List<PoolState.CycleState> cycles, Scope scope, String key) {
    scope
        .cycles()
        .forEach(
            (tier, c) -> cycles.add(new PoolState.CycleState(key, tier, c.startedAt, c.cycles)));
  }

  /** Takes in a snapshot; what is known already goes. */
  void restore(PoolState state, long now) {
    for (PoolState.CredentialState c : state.credentials()) {
      Member member = member(c);
      member.totals.set(c.totals());
      member.lastSuccess = Math.min(c.lastSuccess(), now);
      member.disabled = c.disabled();
      c.scopes().forEach(s -> standing(member, s, now).restore(s, now));
      if (hasNewSecret(member, c)) {
        member.whole.clear();
      } else {
        member.needsReauth = c.needsReauth();
      }
    }
    takeCycles(state);
    for (PoolState.ThrottleState t : state.throttles()) {
      if (t.until() > now) {
        throttles.set(t.scope(), t.kind(), t.evidence(), t.until(), now);
      }
    }
    state.pins().forEach(pin -> pins.set(pin.session(), pin.credential()));
    remindOfProbes();
  }

  // What was refused about the old secret says nothing about the new one.
  private static boolean hasNewSecret(Member member, PoolState.CredentialState c) {
    return !member.gone
        && !c.fingerprint().isEmpty()
        && !c.fingerprint().equals(member.credential.fingerprint());
  }

  /** Takes the higher counts and the later ends of both, so that nothing is lost. */
  void merge(PoolState state, long now) {
    for (PoolState.CredentialState c : state.credentials()) {
      Member member = member(c);
      member.totals.raiseTo(c.totals());
      member.lastSuccess = Math.max(member.lastSuccess, Math.min(c.lastSuccess(), now));
      c.scopes().forEach(s -> standing(member, s, now).merge(s, now));
    }
    remindOfProbes();
  }

  private void remindOfProbes() {
    roster.wholeCredential().nextProbe = 0;
    roster.scopes().forEach(scope -> scope.nextProbe = 0);
  }

  private void takeCycles(PoolState state) {
    for (PoolState.CycleState c : state.cycles()) {
      Scope scope = cycleScope(c.scope(), c.startedAt());
      Scope.Cycle taken = scope.cycle(c.tier(), c.startedAt());
      taken.startedAt = c.startedAt();
      taken.cycles = c.cycles();
    }
  }

  private Scope cycleScope(String key, long now) {
    return key.equals("_credential_") ? roster.wholeCredential() : scope(key, now);
  }

  // A credential that is not configured is kept as history; nobody can be lent it.
  private Member member(PoolState.CredentialState c) {
    Secret unknown = new Secret("", c.fingerprint());
    Credential credential = new Credential(c.id(), unknown, "", c.priority(), c.tier(), 1, true);
    return known(credential);
  }

  private Member known(Credential credential) {
    Member member = roster.known(credential);
    if (member.gone) {
      member.remember(options);
    }
    return member;
  }

  private Standing standing(Member member, PoolState.ScopeState s, long now) {
    return roster.standing(roster.scope(s.scope(), s.kind(), now), member);
  }

  private Scope scope(String key, long now) {
    return key.equals(Cooldown.WHOLE_CREDENTIAL)
        ? roster.wholeCredential()
        : roster.scope(key, kindOf(key), now);
  }

  // Names of models have their provider before a slash; those of groups have none.
  private static ScopeKind kindOf(String key) {
    return key.indexOf('/') >= 0 ? ScopeKind.MODEL : ScopeKind.GROUP;
  }

  /** Does what happened after the snapshot. */
  void replay(StateChange change, long now) {
    switch (change) {
      case StateChange.Used u -> used(u);
      case StateChange.CooldownSet c -> {
        Standing standing = standing(c.credential(), c.cooldown().scope(), c.at());
        boolean runs = c.cooldown().millisLeft(now) > 0;
        standing.put(runs ? c.cooldown() : null);
        standing.failures = c.failuresInRow();
        standing.failedAt = c.at();
        standing.probesAre(c.nextProbe(), c.probeInterval());
        standing.scope.nextProbe = 0;
      }
      case StateChange.CooldownCleared c -> {
        Standing standing = standing(c.credential(), c.was().scope(), c.at());
        standing.open();
        if (c.why() != StateChange.ClearReason.WITHDRAWN) {
          standing.failures = 0;
        }
      }
      case StateChange.Probed p -> {
        standing(p.credential(), p.scope(), p.at()).probesAre(p.nextProbe(), p.probeInterval());
      }
      case StateChange.BaselineTaken b -> {
        Standing standing = standing(b.credential(), b.scope(), b.at());
        Window window = standing.window(b.window());
        if (window != null) {
          window.setBaseline(b.used(), b.limit(), b.reset(), b.at());
          Baselines.tellTheMembers(
              member(b.credential()), standing, options, Baselines.prefixOf(journal.provider));
        }
      }
      case StateChange.CycleMarked m -> {
        Standing standing = standing(m.credential(), m.scope(), m.at());
        String reason = m.reason();
        if (reason == null) {
          standing.unmark();
        } else {
          standing.mark = reason;
          standing.markedAt = m.at();
          standing.scope.cycle(cycle.tierOf(member(m.credential())), m.at());
        }
      }
      case StateChange.CycleReset r ->
          cycle.wasReset(cycleScope(r.scope(), r.at()), r.tier(), r.cycles(), r.at());
      case StateChange.Switched s -> {
        Member member = member(s.credential());
        member.disabled = s.disabled();
        member.needsReauth = s.needsReauth();
      }
      case StateChange.Pinned p -> pins.set(p.session(), p.credential());
      case StateChange.Throttled t -> {
        if (t.until() > now) {
          throttles.set(t.scope(), t.kind(), t.evidence(), t.until(), now);
        }
      }
      case StateChange.ThrottleCleared t -> throttles.end(t.scope(), now);
      case StateChange.Note _ -> {}
    }
  }

  private void used(StateChange.Used u) {
    Member member = member(u.credential());
    Standing standing =
        tally.count(
            member, u.model(), u.group(), u.requests(), u.result(), u.usage(), u.cost(), u.at());
    if (u.result() == StateChange.Result.SUCCESS) {
      member.succeeded(u.at());
      standing.failures = 0;
      standing.scope.answered = true;
    }
  }

  private Member member(String id) {
    return known(new Credential(id, new Secret("", ""), "", Credential.UNKNOWN_PRIORITY));
  }

  private Standing standing(String credential, String scope, long at) {
    return roster.standing(scope(scope, at), member(credential));
  }
}
