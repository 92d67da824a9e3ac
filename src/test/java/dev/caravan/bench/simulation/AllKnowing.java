package dev.caravan.bench.simulation;

import dev.caravan.call.Fault;
import java.util.List;

/**
 * Looks into the world: calls with a key that works, or waits for exactly the time until one does.
 * What it serves is what can be served.
 */
final class AllKnowing implements Picker {
  private final World world;
  private final int[][] cursor;
  private final long[][] noneBefore;

  AllKnowing(World world) {
    this.world = world;
    int groups = world.scenario.groupsOrOne();
    this.cursor = new int[world.providers.size()][groups];
    this.noneBefore = new long[world.providers.size()][groups];
  }

  @Override
  public String name() {
    return "all-knowing";
  }

  @Override
  public Step next(Wish wish, long now) {
    long soonest = noneBefore[wish.provider][wish.group];
    if (soonest <= now) {
      List<World.Key> keys = world.providers.get(wish.provider);
      soonest = Long.MAX_VALUE;
      int start = cursor[wish.provider][wish.group];
      for (int i = 0; i < keys.size(); i++) {
        int at = (start + i) % keys.size();
        long from = world.usableFrom(keys.get(at), wish.group, now);
        if (from <= now) {
          cursor[wish.provider][wish.group] = (at + 1) % keys.size();
          return new Step.Call(keys.get(at), 0);
        }
        soonest = Math.min(soonest, from);
      }
      noneBefore[wish.provider][wish.group] = soonest;
    }
    return soonest < wish.deadline ? new Step.Wait(soonest - now) : STOP;
  }

  @Override
  public Step failed(Wish wish, Fault fault, long now) {
    return next(wish, now);
  }

  @Override
  public void succeeded(Wish wish, long now) {}
}
