package dev.caravan.reload;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live generation, and the way from it to the next. One change at a time; whatever fails leaves
 * the live one as it was. Thread-safe.
 */
public final class Generations implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

  private final Path folder;
  private final Supplier<Generation.Parts> parts;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Generation> retiring = ConcurrentHashMap.newKeySet();
  private volatile Generation live;
  private volatile boolean closed;

  private Generations(Path folder, Supplier<Generation.Parts> parts, Generation first) {
    this.folder = folder;
    this.parts = parts;
    this.live = first;
  }

  /**
   * Builds the first generation of a folder. It serves when this returns.
   *
   * @param parts makes those of one generation
   * @throws RoutesRejected when its files cannot be used
   */
  public static Generations start(Path folder, Supplier<Generation.Parts> parts)
      throws IOException, RoutesRejected {
    Generation first = Generation.build(parts.get(), RouteSet.read(folder));
    try {
      first.startConsumers();
    } catch (RoutesRejected e) {
      first.close();
      throw e;
    }
    first.goLive();
    return new Generations(folder, parts, first);
  }

  public Generation live() {
    return live;
  }

  public Path folder() {
    return folder;
  }

  /** What came of a wish for a change. */
  public sealed interface Result {

    /** The files are live now, or would be. */
    record Changed(RouteDiff diff, Duration took, boolean dryRun) implements Result {}

    /** They are those that are live. */
    record Same() implements Result {}

    /** They cannot be used; nothing has changed. */
    record Rejected(List<Complaint> complaints) implements Result {}
  }

  /**
   * Takes the folder over as it is now.
   *
   * @param dryRun to build and try the next generation, and then to leave the live one as it is
   */
  public Result reload(boolean dryRun) {
    lock.lock();
    try {
      return change(RouteSet.read(folder), dryRun);
    } catch (IOException e) {
      return new Result.Rejected(
          List.of(new Complaint("", 0, 0, "%s: %s".formatted(folder, e.getMessage()))));
    } finally {
      lock.unlock();
    }
  }

  private Result change(RouteSet files, boolean dryRun) {
    long started = System.nanoTime();
    if (closed) {
      return new Result.Rejected(List.of(new Complaint("", 0, 0, "the gateway is stopping")));
    }
    if (files.complaints().isEmpty() && files.digest().equals(live.files().digest())) {
      return new Result.Same();
    }
    try {
      Generation next = Generation.build(parts.get(), files);
      try {
        next.rehearse();
        if (!dryRun) {
          handOver(next);
        }
      } catch (RoutesRejected | RuntimeException e) {
        next.close();
        throw e;
      }
      RouteDiff diff = RouteDiff.between(live.files(), files);
      Generation old = dryRun ? next : live;
      if (dryRun) {
        next.close();
      } else {
        next.goLive();
        live = next;
        retire(old);
      }
      return new Result.Changed(diff, Duration.ofNanos(System.nanoTime() - started), dryRun);
    } catch (RoutesRejected e) {
      return new Result.Rejected(e.complaints());
    }
  }

  private void handOver(Generation next) throws RoutesRejected {
    live.stopConsumers();
    try {
      next.startConsumers();
    } catch (RoutesRejected e) {
      live.startConsumers();
      throw e;
    }
  }

  private void retire(Generation old) {
    retiring.add(old);
    Thread.ofVirtual()
        .name("caravan-retire")
        .start(
            () -> {
              try {
                old.retire();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                LOG.warn("routes: an old generation does not stop: {}", e.getMessage());
              } finally {
                retiring.remove(old);
              }
            });
  }

  /** Generations that still serve what began on them. */
  public int retiring() {
    return retiring.size();
  }

  /** Stops all of them at once. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      live.close();
      retiring.forEach(Generation::close);
    } finally {
      lock.unlock();
    }
  }
}
