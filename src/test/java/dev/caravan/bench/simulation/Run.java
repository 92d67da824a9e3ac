package dev.caravan.bench.simulation;

import dev.caravan.bench.simulation.Picker.Step;
import dev.caravan.bench.simulation.World.Answer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One picker in one scenario: the loop of events. */
final class Run {
  private enum What {
    ARRIVES,
    ASKS,
    CALLS,
    ENDS,
    SECOND
  }

  private record Event(
      long at, long order, What what, @Nullable Wish wish, int turn, @Nullable Answer answer)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  private final Scenario scenario;
  private final VirtualTime time = new VirtualTime();
  private final World world;
  private final Picker picker;
  private final Score score;
  private final SplittableRandom arrivals;
  private final double between;
  private final String[][] models;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<List<Wish>> waiting = new ArrayList<>();
  private long order;
  private long arrived;

  private Run(Scenario scenario, BiFunction<World, VirtualTime, Picker> makes) {
    this.scenario = scenario;
    this.world = new World(scenario);
    this.picker = makes.apply(world, time);
    this.score = new Score(picker.name());
    this.arrivals = new SplittableRandom(scenario.seed() + 1);
    this.between = (double) scenario.time().toNanos() / scenario.requests();
    this.models = new String[scenario.providers()][];
    for (int p = 0; p < models.length; p++) {
      waiting.add(new ArrayList<>());
      models[p] = models(p);
    }
  }

  private String[] models(int provider) {
    String[] names = new String[scenario.groupsOrOne() * 2];
    for (int i = 0; i < names.length; i++) {
      names[i] = modelName(scenario, provider, i);
    }
    return names;
  }

  /** Two models a group; without groups there is one model. */
  static String modelName(Scenario scenario, int provider, int index) {
    return scenario.groups() == 0 ? "p" + provider + "/m" : "p" + provider + "/m" + index;
  }

  static Score of(Scenario scenario, BiFunction<World, VirtualTime, Picker> makes) {
    return new Run(scenario, makes).run();
  }

  private Score run() {
    long started = cpuNanos();
    arriveNext(0);
    add(World.SECOND, What.SECOND, null, 0, null);
    for (Event event = events.poll(); event != null; event = events.poll()) {
      time.moveTo(event.at());
      handle(event);
    }
    score.close(world);
    score.cpuMicros = (cpuNanos() - started) / 1e3 / scenario.requests();
    score.keysBlamed = picker.blamed();
    return score;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void handle(Event event) {
    long now = event.at();
    Wish wish = event.wish();
    switch (event.what()) {
      case ARRIVES -> arrive(now);
      case SECOND -> second(now);
      case ASKS -> {
        if (wish != null && wish.waits && wish.turn == event.turn()) {
          stopWaiting(wish);
          step(wish, picker.next(wish, now), now);
        }
      }
      case CALLS -> {
        if (wish != null) {
          call(wish, now);
        }
      }
      case ENDS -> {
        if (wish != null && event.answer() != null) {
          end(wish, event.answer(), now);
        }
      }
    }
  }

  private void arriveNext(long now) {
    if (arrived < scenario.requests()) {
      long gap = (long) (-Math.log(1 - arrivals.nextDouble()) * between);
      add(now + gap, What.ARRIVES, null, 0, null);
    }
  }

  private void arrive(long now) {
    int provider = arrivals.nextInt(scenario.providers());
    int model = arrivals.nextInt(models[provider].length);
    Wish wish =
        new Wish(
            arrived++,
            provider,
            scenario.groups() == 0 ? 0 : model / 2,
            models[provider][model],
            now,
            now + scenario.budget().toNanos());
    arriveNext(now);
    step(wish, picker.next(wish, now), now);
  }

  private void step(Wish wish, Step step, long now) {
    switch (step) {
      case Step.Call(World.Key key, long pause) -> {
        wish.key = key;
        if (pause <= 0) {
          call(wish, now);
        } else {
          add(now + pause, What.CALLS, wish, 0, null);
        }
      }
      case Step.Wait(long pause) -> {
        wish.waits = true;
        wish.turn++;
        waiting.get(wish.provider).add(wish);
        add(now + Math.max(1, pause), What.ASKS, wish, wish.turn, null);
      }
      case Step.Stop() -> score.refused++;
    }
  }

  private void stopWaiting(Wish wish) {
    wish.waits = false;
    waiting.get(wish.provider).remove(wish);
  }

  private void call(Wish wish, long now) {
    World.Key key = java.util.Objects.requireNonNull(wish.key);
    score.calls++;
    Answer answer = world.call(key, wish.group, now);
    if (answer.fault() == null) {
      score.served(now - wish.arrived);
    } else {
      score.wasted++;
    }
    add(now + answer.nanos(), What.ENDS, wish, 0, answer);
  }

  private void end(Wish wish, Answer answer, long now) {
    if (answer.fault() == null) {
      picker.succeeded(wish, now);
    } else {
      step(wish, picker.failed(wish, answer.fault(), now), now);
    }
    wake(wish.provider, now);
  }

  private void wake(int provider, long now) {
    List<Wish> those = waiting.get(provider);
    for (int i = 0; i < those.size(); i++) {
      Wish wish = those.get(i);
      if (picker.isWoken(wish)) {
        add(now, What.ASKS, wish, wish.turn, null);
      }
    }
  }

  private void second(long now) {
    picker.tick(now);
    for (int p = 0; p < waiting.size(); p++) {
      if (waiting.get(p).isEmpty()) {
        continue;
      }
      score.waitingSeconds++;
      int group = waiting.get(p).getFirst().group;
      for (World.Key key : world.providers.get(p)) {
        if (world.usableFrom(key, group, now) <= now) {
          score.idleSeconds++;
          break;
        }
      }
      wake(p, now);
    }
    if (!events.isEmpty()) {
      add(now + World.SECOND, What.SECOND, null, 0, null);
    }
  }

  private void add(long at, What what, @Nullable Wish wish, int turn, @Nullable Answer answer) {
    events.add(new Event(at, order++, what, wish, turn, answer));
  }
}
