package dev.caravan.loop;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets a loop that carries many streams rest for {@value #REST_NANOS} ns after a turn that brought
 * little, so that the next one finds more of them ready. Otherwise the loop goes to sleep and is
 * woken for nearly every chunk, and so are those that it writes to; a network card holds its
 * interrupts back for the same reason. A loop with few streams, or with plenty to do, never rests.
 *
 * <p>Lives on its loop.
 */
public final class Gathering {
  private static final int MANY_STREAMS = 128;
  private static final int FULL_TURN = 32;
  private static final long REST_NANOS = 500_000;

  private final Runnable rest;
  private final Runnable turnEnds = this::turnEnds;
  private int streams;
  private int writes;

  Gathering() {
    this(() -> LockSupport.parkNanos(REST_NANOS));
  }

  /** For tests. */
  Gathering(Runnable rest) {
    this.rest = rest;
  }

  /** A stream begins; {@link #over} is called once for it. */
  public void begun() {
    streams++;
  }

  /** A stream is over. */
  public void over() {
    streams--;
  }

  /**
   * A stream writes what this turn has brought.
   *
   * @return what is to run behind the writes of this turn, null when that is known already or
   *     nothing
   */
  public @Nullable Runnable writes() {
    return streams >= MANY_STREAMS && writes++ == 0 ? turnEnds : null;
  }

  private void turnEnds() {
    boolean little = writes < FULL_TURN;
    writes = 0;
    if (little) {
      rest.run();
    }
  }
}
