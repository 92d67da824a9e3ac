package dev.caravan.bench.simulation;

import dev.caravan.call.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Remembers nothing of failures: the next key in turn, or one by chance; after a failure another
 * one at once, up to eight, each once.
 */
final class Memoryless implements Picker {
  private static final int MOST = 8;

  private final World world;
  private final @Nullable SplittableRandom random;
  private final int[] cursor;

  private Memoryless(World world, @Nullable SplittableRandom random) {
    this.world = world;
    this.random = random;
    this.cursor = new int[world.providers.size()];
  }

  static Picker inTurn(World world) {
    return new Memoryless(world, null);
  }

  static Picker byChance(World world) {
    return new Memoryless(world, new SplittableRandom(world.scenario.seed() + 2));
  }

  @Override
  public String name() {
    return random == null ? "round robin" : "random";
  }

  @Override
  public Step next(Wish wish, long now) {
    Set<Integer> tried = new HashSet<>();
    wish.note = tried;
    return pick(wish, tried);
  }

  private Step pick(Wish wish, Set<Integer> tried) {
    List<World.Key> keys = world.providers.get(wish.provider);
    if (tried.size() >= Math.min(MOST, keys.size())) {
      return STOP;
    }
    while (true) {
      int at = random == null ? cursor[wish.provider]++ : random.nextInt(keys.size());
      World.Key key = keys.get(Math.floorMod(at, keys.size()));
      if (tried.add(key.index)) {
        return new Step.Call(key, 0);
      }
    }
  }

  @Override
  @SuppressWarnings("unchecked") // next() puts it there
  public Step failed(Wish wish, Fault fault, long now) {
    Set<Integer> tried = (Set<Integer>) Objects.requireNonNull(wish.note);
    return now >= wish.deadline ? STOP : pick(wish, tried);
  }

  @Override
  public void succeeded(Wish wish, long now) {}
}
