package dev.caravan.pool;

import dev.caravan.call.FaultClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The limits of the operator (rotation.md 7.4). Guarded by the pool's lock. */
final class Caps {
  private static final int MOST_REMEMBERED = 4_096;

  private record Where(String scope, int priority) {}

  private final Map<Where, Optional<Cap>> found = new HashMap<>();
  private List<Cap> caps;
  private int replicas;

  Caps(PoolOptions options) {
    this.caps = options.caps();
    this.replicas = options.replicas();
  }

  /** Tells whether they have changed. */
  boolean follow(PoolOptions options) {
    boolean changed = !caps.equals(options.caps()) || replicas != options.replicas();
    caps = options.caps();
    replicas = options.replicas();
    found.clear();
    return changed;
  }

  boolean isEmpty() {
    return caps.isEmpty();
  }

  @Nullable Cap of(Member member, String scope) {
    if (caps.isEmpty()) {
      return null;
    }
    if (found.size() > MOST_REMEMBERED) {
      found.clear();
    }
    return found.computeIfAbsent(new Where(scope, member.tier()), this::search).orElse(null);
  }

  private Optional<Cap> search(Where where) {
    String name = Cap.plain(where.scope());
    Optional<Cap> own =
        caps.stream()
            .filter(c -> c.name().equals(name))
            .filter(c -> c.priority().isPresent() && c.priority().getAsInt() == where.priority())
            .findFirst();
    return own.isPresent()
        ? own
        : caps.stream().filter(c -> c.name().equals(name) && c.priority().isEmpty()).findFirst();
  }

  private OptionalLong limit(Cap cap, @Nullable Window window, long now) {
    if (cap.limit() instanceof Cap.Limit.Money(double dollars)) {
      return window == null ? OptionalLong.empty() : affordable(dollars / replicas, window, now);
    }
    OptionalLong whole = cap.effective(window == null ? Window.UNKNOWN : window.limit());
    return replicas == 1 || whole.isEmpty() ? whole : OptionalLong.of(whole.getAsLong() / replicas);
  }

  /** Empty as long as nothing is known to have cost anything. */
  private static OptionalLong affordable(double dollars, Window window, long now) {
    double spent = window.cost(now);
    long requests = window.requests(now);
    return spent <= 0 || requests == 0
        ? OptionalLong.empty()
        : OptionalLong.of((long) Math.floor(dollars * requests / spent + 1e-9));
  }

  /** Calls under way have their money set aside: what they will cost is not counted yet. */
  private static long used(Cap cap, Member member, @Nullable Window window, long now) {
    long counted = window == null ? 0 : window.requests(now);
    return cap.limit() instanceof Cap.Limit.Money ? counted + member.active : counted;
  }

  /** Whether the cap is reached and keeps calls off by itself, without a cooldown. */
  boolean blocks(Member member, String scope, @Nullable Standing standing, long now) {
    Cap cap = of(member, scope);
    if (cap == null) {
      return false;
    }
    Window window = standing == null ? null : standing.primary();
    OptionalLong limit = limit(cap, window, now);
    if (limit.isEmpty()) {
      return false;
    }
    boolean reached = used(cap, member, window, now) >= limit.getAsLong();
    return reached && (limit.getAsLong() == 0 || !(cap.rest() instanceof Cap.Rest.Fixed));
  }

  /** When such a block ends, 0 when nobody knows. */
  long blockedUntil(Member member, String scope, @Nullable Standing standing, long now) {
    Cap cap = of(member, scope);
    Window window = standing == null ? null : standing.primary();
    return cap == null || window == null ? 0 : Math.max(0, cap.restUntil(window, now));
  }

  /** After a use: rests the credential for the scope of the cap when it is reached. */
  void check(Member member, Standing standing, Cooldowns cooldowns, Journal journal, long now) {
    Cap cap = of(member, standing.scope.key);
    Window window = standing.primary();
    if (cap == null || window == null) {
      return;
    }
    OptionalLong limit = limit(cap, window, now);
    if (limit.isEmpty() || window.requests(now) < limit.getAsLong()) {
      return;
    }
    boolean isNew = standing.cappedIn != window.startedAt();
    standing.cappedIn = window.startedAt();
    if (isNew) {
      journal.tell(
          () ->
              new StateChange.CapReached(
                  journal.provider, member.id, standing.scope.key, limit.getAsLong(), now));
    }
    long until = cap.restUntil(window, now);
    if (until > now && !standing.isClosed(now)) {
      String evidence =
          "cap %s of %s: %d of %d used"
              .formatted(cap.text(), cap.name(), window.requests(now), limit.getAsLong());
      Cooldown rest =
          Cooldown.of(
                  standing.scope.key,
                  FaultClass.QUOTA_EXCEEDED,
                  Source.CUSTOM_CAP,
                  evidence,
                  now,
                  until)
              .because("custom_cap");
      cooldowns.set(member, standing, rest, now);
    }
  }

  PoolView.@Nullable CapView view(Member member, Standing standing, long now) {
    Cap cap = of(member, standing.scope.key);
    Window window = standing.primary();
    if (cap == null || window == null) {
      return null;
    }
    OptionalLong limit = limit(cap, window, now);
    long used = window.requests(now);
    return new PoolView.CapView(
        cap.text(),
        limit.isPresent() ? limit.getAsLong() : null,
        used,
        limit.isPresent() ? Math.max(0, limit.getAsLong() - used) : null);
  }
}
