package dev.caravan.loop;

import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The event loops of the gateway. Thread-safe. */
public final class Loops {
  private final Vertx vertx;
  private final List<Loop> all;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * Takes loops from a Vert.x.
   *
   * @param count how many, at most as many as that Vert.x has
   */
  public Loops(Vertx vertx, int count) {
    this.vertx = vertx;
    List<Loop> loops = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      loops.add(new Loop(i, ((VertxInternal) vertx).createEventLoopContext(), new Gathering()));
    }
    this.all = List.copyOf(loops);
  }

  public Vertx vertx() {
    return vertx;
  }

  public List<Loop> all() {
    return all;
  }

  /** One after the other, for work that comes from no connection. */
  public Loop next() {
    return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
  }
}
