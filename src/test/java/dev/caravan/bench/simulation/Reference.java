package dev.caravan.bench.simulation;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The rules that the reference implementation really follows (rotation.md, the marks [R]):
 * cooldowns only where the provider told a time, none after 401 or a 429 without a hint, two tries
 * a key, a pause of 1 to 1.5 s before the next one, sequential with its fair cycle by default.
 */
final class Reference implements Picker {
  private static final long LONG_REST = 300 * World.SECOND;
  private static final long SOON = 90 * World.SECOND;
  private static final long CYCLE = 7 * 86_400 * World.SECOND;
  private static final double TOLERANCE = 3;
  private static final int TRIES = 2;

  private static final class Note {
    final Set<Integer> tried = new HashSet<>();
    int attempt;
    int quotaInRow;
  }

  private final World world;
  private final boolean sequential;
  private final int groups;
  private final SplittableRandom random;
  private final long[][] until;
  private final boolean[][] exhausted;
  private final long[][] uses;
  private final long[] cycleStart;
  private final World.@Nullable Key[] sticky;
  private final Set<Integer> blamed = new HashSet<>();

  Reference(World world, boolean sequential) {
    this.world = world;
    this.sequential = sequential;
    this.groups = world.scenario.groupsOrOne();
    this.random = new SplittableRandom(world.scenario.seed() + 3);
    this.until = new long[world.keys.size()][groups];
    this.exhausted = new boolean[world.keys.size()][groups];
    this.uses = new long[world.keys.size()][groups];
    this.cycleStart = new long[world.providers.size() * groups];
    this.sticky = new World.Key[world.providers.size() * groups];
  }

  @Override
  public String name() {
    return sequential ? "reference" : "reference, balanced";
  }

  private static Note note(Wish wish) {
    if (!(wish.note instanceof Note)) {
      wish.note = new Note();
    }
    return (Note) java.util.Objects.requireNonNull(wish.note);
  }

  @Override
  public Step next(Wish wish, long now) {
    Note note = note(wish);
    if (now >= wish.deadline) {
      return STOP;
    }
    List<World.Key> keys = world.providers.get(wish.provider);
    if (note.tried.size() >= keys.size()) {
      return STOP;
    }
    World.Key key = pick(wish, note, keys, now);
    if (key == null && resetCycle(wish, note, keys, now)) {
      key = pick(wish, note, keys, now);
    }
    if (key != null) {
      note.tried.add(key.index);
      note.attempt = 1;
      return new Step.Call(key, 0);
    }
    long soonest = Long.MAX_VALUE;
    for (World.Key other : keys) {
      if (!note.tried.contains(other.index) && until[other.index][wish.group] > now) {
        soonest = Math.min(soonest, until[other.index][wish.group]);
      }
    }
    return soonest == Long.MAX_VALUE || soonest > wish.deadline
        ? STOP
        : new Step.Wait(soonest - now + World.SECOND / 10);
  }

  private int scope(Wish wish) {
    return wish.provider * groups + wish.group;
  }

  private boolean isFree(World.Key key, Wish wish, Note note, long now) {
    return !note.tried.contains(key.index)
        && until[key.index][wish.group] <= now
        && !(sequential
            && exhausted[key.index][wish.group]
            && now < cycleStart[scope(wish)] + CYCLE);
  }

  private World.@Nullable Key pick(Wish wish, Note note, List<World.Key> keys, long now) {
    World.Key stuck = sticky[scope(wish)];
    if (sequential && stuck != null && isFree(stuck, wish, note, now)) {
      return stuck;
    }
    int tier = Integer.MAX_VALUE;
    for (World.Key key : keys) {
      if (key.tier < tier && isFree(key, wish, note, now)) {
        tier = key.tier;
      }
    }
    World.Key best =
        sequential ? mostUsed(wish, note, keys, tier, now) : drawn(wish, note, keys, tier, now);
    if (sequential && best != null) {
      sticky[scope(wish)] = best;
    }
    return best;
  }

  private World.@Nullable Key mostUsed(
      Wish wish, Note note, List<World.Key> keys, int tier, long now) {
    World.Key best = null;
    for (World.Key key : keys) {
      if (key.tier == tier
          && isFree(key, wish, note, now)
          && (best == null || uses[key.index][wish.group] > uses[best.index][wish.group])) {
        best = key;
      }
    }
    return best;
  }

  private World.@Nullable Key drawn(
      Wish wish, Note note, List<World.Key> keys, int tier, long now) {
    long most = 0;
    for (World.Key key : keys) {
      if (key.tier == tier && isFree(key, wish, note, now)) {
        most = Math.max(most, uses[key.index][wish.group]);
      }
    }
    double sum = 0;
    World.Key drawn = null;
    for (World.Key key : keys) {
      if (key.tier == tier && isFree(key, wish, note, now)) {
        double weight = Math.max(0.1, most - uses[key.index][wish.group] + TOLERANCE + 1);
        sum += weight;
        // one pass: each replaces the one before with its share of what there is so far
        if (random.nextDouble() * sum < weight) {
          drawn = key;
        }
      }
    }
    return drawn;
  }

  private boolean resetCycle(Wish wish, Note note, List<World.Key> keys, long now) {
    if (!sequential) {
      return false;
    }
    boolean any = false;
    for (World.Key key : keys) {
      if (note.tried.contains(key.index)) {
        continue;
      }
      long left = until[key.index][wish.group] - now;
      if (!exhausted[key.index][wish.group] || (left > 0 && left < SOON)) {
        return false;
      }
      any = true;
    }
    if (any) {
      for (World.Key key : keys) {
        exhausted[key.index][wish.group] = false;
      }
      cycleStart[scope(wish)] = now;
    }
    return any;
  }

  @Override
  public Step failed(Wish wish, Fault fault, long now) {
    Note note = note(wish);
    World.Key key = java.util.Objects.requireNonNull(wish.key);
    boolean provider = fault.kind().blame() == FaultClass.Blame.PROVIDER;
    if (!provider) {
      uses[key.index][wish.group]++;
    }
    long hint = fault.retryAfter() == null ? 0 : fault.retryAfter().toNanos();
    long pause = World.SECOND + (long) (random.nextDouble() * World.SECOND / 2);
    boolean isSmall = hint > 0 && hint < 10 * World.SECOND;
    if (note.attempt < TRIES && (isSmall || provider)) {
      long wait = hint > 0 ? hint : pause;
      if (now + wait < wish.deadline) {
        note.attempt++;
        return new Step.Call(key, wait);
      }
    }
    if (hint > 0) {
      if (world.trouble(now) != null) {
        blamed.add(key.index);
      }
      until[key.index][wish.group] = now + hint;
      if (hint >= LONG_REST) {
        exhausted[key.index][wish.group] = true;
        if (cycleStart[scope(wish)] == 0) {
          cycleStart[scope(wish)] = now;
        }
      }
    }
    note.quotaInRow = fault.kind() == FaultClass.QUOTA_EXCEEDED ? note.quotaInRow + 1 : 0;
    if (note.quotaInRow >= 3) {
      return STOP;
    }
    boolean pauses = provider || fault.kind() == FaultClass.RATE_LIMIT;
    return pauses && now + pause < wish.deadline ? new Step.Wait(pause) : next(wish, now);
  }

  @Override
  public long blamed() {
    return blamed.size();
  }

  @Override
  public void succeeded(Wish wish, long now) {
    uses[java.util.Objects.requireNonNull(wish.key).index][wish.group]++;
  }
}
