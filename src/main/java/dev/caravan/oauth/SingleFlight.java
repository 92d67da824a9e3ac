package dev.caravan.oauth;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Work of which there is one at a time: who wants it while it runs waits for that. Thread-safe. */
final class SingleFlight {
  private final String name;
  private @Nullable CompletableFuture<Void> flight;

  /**
   * Nothing runs yet.
   *
   * @param name of the threads
   */
  SingleFlight(String name) {
    this.name = name;
  }

  /**
   * Begins the work on a thread of its own, unless it runs already.
   *
   * @param work that throws nothing
   * @param after comes when those who wait have been told
   * @return done when the work is
   */
  CompletableFuture<Void> begin(Runnable work, Runnable after) {
    CompletableFuture<Void> mine;
    synchronized (this) {
      CompletableFuture<Void> under = flight;
      if (under != null) {
        return under;
      }
      mine = new CompletableFuture<>();
      flight = mine;
    }
    Thread.ofVirtual().name(name).start(() -> fly(mine, work, after));
    return mine;
  }

  synchronized boolean isUnderWay() {
    return flight != null;
  }

  /** Done when nothing runs any more of what runs now. */
  synchronized CompletableFuture<Void> landing() {
    CompletableFuture<Void> under = flight;
    return under == null ? CompletableFuture.completedFuture(null) : under;
  }

  private void fly(CompletableFuture<Void> mine, Runnable work, Runnable after) {
    try {
      work.run();
    } finally {
      synchronized (this) {
        flight = null;
      }
      mine.complete(null);
    }
    after.run();
  }
}
