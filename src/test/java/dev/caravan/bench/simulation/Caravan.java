package dev.caravan.bench.simulation;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.Fault;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.Secret;
import dev.caravan.call.Usage;
import dev.caravan.pool.Ask;
import dev.caravan.pool.Choice;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Decision;
import dev.caravan.pool.Lease;
import dev.caravan.pool.Mode;
import dev.caravan.pool.Place;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolMemory;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.Pools;
import dev.caravan.pool.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The pools as they run in the gateway, on the clock of the simulation. */
final class Caravan implements Picker {

  private static final class Note {
    final Ask ask;
    @Nullable Lease lease;
    @Nullable Place place;

    Note(Ask ask) {
      this.ask = ask;
    }
  }

  private final World world;
  private final VirtualTime time;
  private final Mode mode;
  private final Pools pools;
  private final List<Pool> byProvider = new ArrayList<>();
  private final Set<String> blamed = new HashSet<>();

  Caravan(World world, VirtualTime time, Mode mode) {
    this.world = world;
    this.time = time;
    this.mode = mode;
    this.pools = new Pools(time, new SplittableRandom(world.scenario.seed() + 4));
    pools.keepIn(
        new PoolMemory() {
          @Override
          public @Nullable Remembered load(String provider) {
            return null;
          }

          @Override
          public void changed(StateChange change) {
            note(change);
          }
        });
    for (int p = 0; p < world.providers.size(); p++) {
      byProvider.add(pool(p));
    }
  }

  private void note(StateChange change) {
    if (change instanceof StateChange.CooldownSet set && world.trouble(time.nanos()) != null) {
      blamed.add(set.credential());
    } else if (change instanceof StateChange.CooldownCleared cleared
        && cleared.why() == StateChange.ClearReason.WITHDRAWN) {
      blamed.remove(cleared.credential());
    }
  }

  @Override
  public long blamed() {
    return blamed.size();
  }

  private Pool pool(int provider) {
    Map<String, String> groups = new HashMap<>();
    for (int i = 0; i < world.scenario.groups() * 2; i++) {
      groups.put("m" + i, "g" + i / 2);
    }
    List<Credential> credentials = new ArrayList<>();
    for (World.Key key : world.providers.get(provider)) {
      String id = Integer.toString(key.index);
      credentials.add(new Credential(id, new Secret("sk-" + id, id), "key " + id, key.tier));
    }
    PoolOptions options = PoolOptions.defaults(mode).with().quotaGroups(groups).build();
    return pools.install("p" + provider, options, credentials);
  }

  @Override
  public String name() {
    return mode == Mode.BALANCED ? "Caravan" : "Caravan, sequential";
  }

  private Note note(Wish wish) {
    if (wish.note instanceof Note known) {
      return known;
    }
    Deadline deadline = new Deadline(time, wish.deadline);
    Call call =
        new Call(Long.toString(wish.number), "client", "openai-chat", wish.model, false, deadline);
    ModelName model = ModelName.parse(wish.model).orElseThrow();
    Note note = new Note(byProvider.get(wish.provider).ask(call, model));
    wish.note = note;
    return note;
  }

  @Override
  public Step next(Wish wish, long now) {
    return choose(wish, note(wish));
  }

  private Step choose(Wish wish, Note note) {
    note.place = null;
    return switch (byProvider.get(wish.provider).choose(note.ask)) {
      case Choice.Lent(Lease lease) -> {
        note.lease = lease;
        yield new Step.Call(world.keys.get(Integer.parseInt(lease.credential().id())), 0);
      }
      case Choice.Wait(Place place, Duration atMost, String reason) -> {
        note.place = place;
        yield new Step.Wait(atMost.toNanos());
      }
      case Choice.Refused refused -> STOP;
    };
  }

  @Override
  public Step failed(Wish wish, Fault fault, long now) {
    Note note = note(wish);
    Lease lease = Objects.requireNonNull(note.lease);
    return switch (byProvider.get(wish.provider).decide(note.ask, lease, fault)) {
      case Decision.RetrySame(Duration after) ->
          new Step.Call(Objects.requireNonNull(wish.key), after.toNanos());
      case Decision.Rotate(Duration after) ->
          after.isZero() ? choose(wish, note) : new Step.Wait(after.toNanos());
      case Decision.Stop stop -> STOP;
    };
  }

  @Override
  public void succeeded(Wish wish, long now) {
    Objects.requireNonNull(note(wish).lease).settle(new Outcome.Succeeded(Usage.NONE));
  }

  @Override
  public boolean isWoken(Wish wish) {
    Place place = note(wish).place;
    try {
      return place != null && place.await(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void tick(long now) {
    byProvider.forEach(Pool::tick);
  }
}
