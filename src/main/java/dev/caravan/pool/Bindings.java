package dev.caravan.pool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which credential a session stays on, for each model or quota group (rotation.md 7.2). Bounded:
 * the one that was silent for longest goes first. Guarded by the pool's lock.
 */
final class Bindings {
  private record Key(String session, String scope) {}

  private static final class Binding {
    Member member;
    long lastUse;

    Binding(Member member, long now) {
      this.member = member;
      this.lastUse = now;
    }
  }

  private final Map<Key, Binding> bindings = new LinkedHashMap<>(16, 0.75f, true);
  private SessionRules rules;

  Bindings(PoolOptions options) {
    this.rules = options.sessions();
  }

  void follow(PoolOptions options) {
    rules = options.sessions();
    bindings.values().removeIf(binding -> binding.member.gone);
  }

  boolean isOn() {
    return rules.bindingTtl().isPositive() && rules.mostBindings() > 0;
  }

  /** Whether a credential that served a session then still has its prompts at hand. */
  boolean isWarm(long lastUse, long now) {
    return now - lastUse < rules.bindingTtl().toMillis();
  }

  int size() {
    return bindings.size();
  }

  /** The credential of a session; for a model that it has not used yet, that of another model. */
  @Nullable Member of(String session, String scope, long now) {
    if (bindings.isEmpty()) {
      return null;
    }
    Member own = of(new Key(session, scope), now);
    return own != null ? own : of(new Key(session, ""), now);
  }

  private @Nullable Member of(Key key, long now) {
    Binding binding = bindings.get(key);
    if (binding == null) {
      return null;
    }
    if (binding.member.gone || !isWarm(binding.lastUse, now)) {
      bindings.remove(key);
      return null;
    }
    return binding.member;
  }

  /** An answer for the session has come to its end. */
  void bind(String session, String scope, Member member, boolean moves, long now) {
    if (!isOn()) {
      return;
    }
    bind(new Key(session, scope), member, moves, now);
    bind(new Key(session, ""), member, moves, now);
    if (bindings.size() > rules.mostBindings()) {
      var eldest = bindings.keySet().iterator();
      while (bindings.size() > rules.mostBindings()) {
        eldest.next();
        eldest.remove();
      }
    }
  }

  private void bind(Key key, Member member, boolean moves, long now) {
    Binding known = bindings.get(key);
    if (known == null) {
      if (moves) {
        bindings.put(key, new Binding(member, now));
      }
    } else if (known.member == member || moves || known.member.gone) {
      known.member = member;
      known.lastUse = now;
    }
  }

  /** How many sessions a credential has in a scope; looks at all of them. */
  int sessionsOf(Member member, String scope) {
    int count = 0;
    for (Map.Entry<Key, Binding> e : bindings.entrySet()) {
      count += e.getValue().member == member && e.getKey().scope().equals(scope) ? 1 : 0;
    }
    return count;
  }

  void sweep(long now) {
    bindings.values().removeIf(b -> !isWarm(b.lastUse, now));
  }
}
