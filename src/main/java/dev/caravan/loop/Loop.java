package dev.caravan.loop;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.TimeUnit;

/**
 * One event loop. Everything that touches a socket of it runs on it; what blocks must not.
 *
 * @param index from 0
 * @param context of Vert.x, to be current when sockets are opened on this loop
 * @param gathering for the streams that are written on this loop
 */
public record Loop(int index, ContextInternal context, Gathering gathering) {

  /** Exchange property that holds the loop of the connection that an exchange came from. */
  public static final String PROPERTY = "caravanLoop";

  /** Runs on this loop soon, in the order of the calls. */
  public void run(Runnable task) {
    netty().execute(task);
  }

  /** Runs on this loop: at once when called from it. */
  public void runNow(Runnable task) {
    if (netty().inEventLoop()) {
      task.run();
    } else {
      netty().execute(task);
    }
  }

  /** Runs on this loop after a time, unless cancelled before. */
  public ScheduledFuture<?> after(long millis, Runnable task) {
    return netty().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  public boolean isCurrent() {
    return netty().inEventLoop();
  }

  private EventLoop netty() {
    return context.nettyEventLoop();
  }
}
