package dev.caravan.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of a pool and the scopes that they have a standing in. Guarded by the pool's
 * lock.
 *
 * <p>Scopes come into being by outcomes, not by asks, and when there are too many the ones that
 * were idle for longest go, so that clients cannot fill the memory with invented model names.
 */
final class Roster {
  static final int MOST_SCOPES = 1_024;
  private static final int MOST_ABSENT = 10_000;

  private final Map<String, Member> byId = new HashMap<>();
  private Map<String, Member> byFingerprint = Map.of();
  private final Map<String, Scope> scopes = new HashMap<>();
  private final Scope whole = new Scope(Cooldown.WHOLE_CREDENTIAL, ScopeKind.CREDENTIAL, 0);
  private Member[] members = new Member[0];
  private Tier[] tiers = {};
  private int nextNumber = 1;

  /** The credentials of one priority, in the order of the configuration. */
  record Tier(int priority, Member[] members) {}

  /** Not to be changed by the caller. */
  Member[] members() {
    return members;
  }

  /** By priority, the best first. */
  Tier[] tiers() {
    return tiers;
  }

  /** Those that are configured and those that were. */
  Collection<Member> all() {
    return byId.values();
  }

  /** How many are in use, counted as far as that number. */
  int inUse(int atMost) {
    int count = 0;
    for (int i = 0; i < members.length && count < atMost; i++) {
      count += members[i].isOff() ? 0 : 1;
    }
    return count;
  }

  /** Whether a credential besides these is neither out of use nor locked. */
  boolean areLeftBeside(Set<Member> some, long now) {
    for (Member member : members) {
      if (!member.isOff() && !member.whole.isClosed(now) && !some.contains(member)) {
        return true;
      }
    }
    return false;
  }

  /** One that is configured. */
  @Nullable Member find(String id) {
    Member member = byId.get(id);
    return member == null || member.gone ? null : member;
  }

  /** One that is configured, by its fingerprint. */
  @Nullable Member ofFingerprint(String fingerprint) {
    return byFingerprint.get(fingerprint);
  }

  /** One that is configured, by its id, its fingerprint or its label. */
  @Nullable Member named(String text) {
    Member found = find(text);
    found = found == null ? ofFingerprint(text) : found;
    if (found != null) {
      return found;
    }
    for (Member member : members) {
      if (member.credential.label().equals(text)) {
        return member;
      }
    }
    return null;
  }

  /** One of which something is known from earlier, configured or not. */
  Member known(Credential credential) {
    return byId.computeIfAbsent(
        credential.id(),
        id -> {
          Member member = new Member(credential, whole);
          member.gone = true;
          return member;
        });
  }

  Scope wholeCredential() {
    return whole;
  }

  @Nullable Scope scopeIfKnown(String key) {
    return scopes.get(key);
  }

  /** The scope of that key, made if need be; one that is not kept when there are too many. */
  Scope scope(String key, ScopeKind kind, long now) {
    if (kind == ScopeKind.CREDENTIAL) {
      return whole;
    }
    Scope known = scopes.get(key);
    if (known == null) {
      if (scopes.size() >= MOST_SCOPES) {
        makeRoom(now);
      }
      known = new Scope(key, kind, nextNumber++);
      if (scopes.size() < MOST_SCOPES) {
        scopes.put(key, known);
      }
    }
    known.touched = now;
    return known;
  }

  boolean isKept(Scope scope) {
    return scope == whole || scopes.get(scope.key) == scope;
  }

  /** The standing of a member in a scope; one that is not kept when the scope is not. */
  Standing standing(Scope scope, Member member) {
    return isKept(scope) ? member.standing(scope) : member.passing(scope);
  }

  Collection<Scope> scopes() {
    return scopes.values();
  }

  private void makeRoom(long now) {
    Set<Scope> busy = new HashSet<>();
    for (Member member : byId.values()) {
      member
          .standings()
          .forEach(
              s -> {
                if (!s.isIdle(now)) {
                  busy.add(s.scope);
                }
              });
    }
    List<Scope> idle = new ArrayList<>(scopes.values());
    idle.removeIf(scope -> busy.contains(scope) || scope.kind == ScopeKind.GROUP);
    idle.sort(Comparator.comparingLong(scope -> scope.touched));
    idle.subList(0, Math.min(idle.size(), MOST_SCOPES / 4))
        .forEach(scope -> scopes.remove(scope.key));
    byId.values().forEach(member -> member.standings().retain(s -> isKept(s.scope)));
  }

  /** Replaces the credentials; those that stay or come back keep all that is known about them. */
  void install(PoolOptions options, List<Credential> credentials) {
    Map<String, Credential> wanted = new LinkedHashMap<>();
    credentials.forEach(credential -> wanted.putIfAbsent(credential.id(), credential));
    for (Member member : members) {
      member.gone = true;
    }
    Member[] seats = new Member[wanted.size()];
    int at = 0;
    for (Credential credential : wanted.values()) {
      seats[at] = known(credential);
      seats[at].seat(at, credential, options);
      at++;
    }
    members = seats;
    Map<String, Member> prints = HashMap.newHashMap(seats.length);
    for (Member member : seats) {
      prints.putIfAbsent(member.credential.fingerprint(), member);
    }
    byFingerprint = prints;
    tiers = tiersOf(seats);
    forgetTheOldest();
    for (Scope scope : scopes.values()) {
      scope.picksUntilLook = 0;
      if (scope.sticky != null && scope.sticky.gone) {
        scope.sticky = null;
      }
    }
  }

  private static Tier[] tiersOf(Member[] members) {
    Map<Integer, List<Member>> byPriority = new java.util.TreeMap<>();
    for (Member member : members) {
      byPriority.computeIfAbsent(member.tier(), p -> new ArrayList<>()).add(member);
    }
    return byPriority.entrySet().stream()
        .map(e -> new Tier(e.getKey(), e.getValue().toArray(Member[]::new)))
        .toArray(Tier[]::new);
  }

  private void forgetTheOldest() {
    int absent = byId.size() - members.length;
    if (absent > MOST_ABSENT) {
      List<Member> old = new ArrayList<>(byId.values());
      old.removeIf(member -> !member.gone);
      old.sort(Comparator.comparingLong(member -> member.totals.lastUsed()));
      old.subList(0, absent - MOST_ABSENT).forEach(member -> byId.remove(member.id));
    }
  }

  /** Forgets all that is known; who is configured stays so. */
  void forgetAll() {
    byId.values().removeIf(member -> member.gone);
    scopes.clear();
    for (Member member : members) {
      member.totals.clear();
      member.lastSuccess = 0;
      member.needsReauth = false;
      member.disabled = false;
      member.forgetFailures();
      member.whole.clear();
      member.standings().retain(standing -> false);
    }
  }

  void shift(long millis) {
    byId.values().forEach(member -> member.shift(millis));
  }
}
