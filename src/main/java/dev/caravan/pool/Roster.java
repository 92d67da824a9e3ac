package dev.caravan.pool;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of a pool and the scopes that they have a standing in. Guarded by the pool's
 * lock.
 *
 * <p>Scopes come into being by outcomes, not by asks, and idle ones are swept, so that clients
 * cannot fill the memory with invented model names.
 */
final class Roster {
  private static final int MOST_SCOPES = 4_096;

  private Map<String, Member> byId = new HashMap<>();
  private Member[] members = new Member[0];
  private final Map<String, Scope> scopes = new HashMap<>();

  /** Not to be changed by the caller. */
  Member[] members() {
    return members;
  }

  @Nullable Member find(String id) {
    return byId.get(id);
  }

  @Nullable Scope scopeIfKnown(String key) {
    return scopes.get(key);
  }

  /** The scope of that key, made if need be; one that is not kept when there are too many. */
  Scope scope(String key, long now) {
    Scope known = scopes.get(key);
    if (known == null) {
      if (scopes.size() >= MOST_SCOPES) {
        sweep(now);
      }
      known = new Scope(key, members.length);
      if (scopes.size() < MOST_SCOPES) {
        scopes.put(key, known);
      }
    }
    return known;
  }

  Collection<Scope> scopes() {
    return scopes.values();
  }

  void sweep(long now) {
    scopes.values().removeIf(scope -> scope.isIdle(now));
  }

  /** Replaces the credentials; those that stay keep all that is known about them. */
  void install(PoolOptions options, List<Credential> credentials) {
    Map<String, Credential> wanted = new LinkedHashMap<>();
    credentials.forEach(credential -> wanted.putIfAbsent(credential.id(), credential));
    for (Member member : members) {
      member.gone = true;
    }
    Map<String, Member> next = new HashMap<>();
    Member[] seats = new Member[wanted.size()];
    int[] oldIndex = new int[seats.length];
    int at = 0;
    for (Credential credential : wanted.values()) {
      Member known = byId.get(credential.id());
      oldIndex[at] = known == null ? -1 : known.index;
      seats[at] = known == null ? new Member(credential) : known;
      seats[at].seat(at, credential, options);
      next.put(credential.id(), seats[at]);
      at++;
    }
    byId = next;
    members = seats;
    scopes.values().forEach(scope -> scope.rearrange(oldIndex));
  }

  /** Forgets every cooldown and failure. */
  void clear() {
    for (Member member : members) {
      clear(member, null);
    }
  }

  /** Forgets cooldowns and failures of one credential, in one scope or in all. */
  void clear(Member member, @Nullable String scope) {
    if (scope == null || scope.equals(Cooldown.WHOLE_CREDENTIAL)) {
      member.whole.clear();
      member.forgetFailures();
    }
    for (Scope known : scopes.values()) {
      Standing standing = known.at(member);
      if (standing != null && (scope == null || known.key.equals(scope))) {
        standing.clear();
      }
    }
  }
}
