package dev.caravan.reload;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
  private final History history;
  private @Nullable Checker checker;
  private boolean keeps;
  private volatile List<Complaint> complaints;
  private volatile Generation live;
  private volatile boolean closed;

  private Generations(
      Path folder,
      Supplier<Generation.Parts> parts,
      History history,
      Generation first,
      List<Complaint> complaints) {
    this.folder = folder;
    this.parts = parts;
    this.history = history;
    this.live = first;
    this.complaints = complaints;
  }

  /**
   * Builds the first generation of a folder. It serves when this returns. When the files cannot be
   * used, the last set that was live serves instead, and the log says so.
   *
   * @param parts makes those of one generation
   * @param history of earlier sets; nothing is added to it before {@link #keep}
   * @throws RoutesRejected when the files cannot be used, and there is no earlier set
   */
  public static Generations start(Path folder, Supplier<Generation.Parts> parts, History history)
      throws IOException, RoutesRejected {
    RouteSet files = RouteSet.read(folder);
    try {
      return new Generations(folder, parts, history, first(parts, files), List.of());
    } catch (RoutesRejected e) {
      List<Complaint> complaints = explained(parts, files, e);
      RoutesRejected rejected = new RoutesRejected(complaints, e);
      History.Entry last = history.newest().orElseThrow(() -> rejected);
      Generation fallback;
      try {
        fallback = first(parts, history.filesOf(last));
      } catch (IOException | RoutesRejected again) {
        rejected.addSuppressed(again);
        throw rejected;
      }
      complaints.forEach(complaint -> LOG.error("routes: {}", complaint));
      LOG.error(
          "routes: the files in {} cannot be used, so generation {} of {} serves; put them right, and they are taken over",
          folder,
          last.number(),
          last.since());
      return new Generations(folder, parts, history, fallback, complaints);
    }
  }

  private static Generation first(Supplier<Generation.Parts> parts, RouteSet files)
      throws RoutesRejected {
    Generation first = Generation.build(parts.get(), files);
    try {
      first.startConsumers();
    } catch (RoutesRejected e) {
      first.close();
      throw e;
    }
    first.goLive();
    return first;
  }

  /** What the checker says about files that did not build, which names more than Camel does. */
  private static List<Complaint> explained(
      Supplier<Generation.Parts> parts, RouteSet files, RoutesRejected e) throws RoutesRejected {
    List<Complaint> found = new Checker(Generation.legal(parts.get())).check(files);
    return found.isEmpty() ? e.complaints() : found;
  }

  /**
   * Checks, builds and tries a set that is not to go live.
   *
   * @return all complaints, none when it could
   */
  public static List<Complaint> tried(Supplier<Generation.Parts> parts, RouteSet files) {
    try {
      List<Complaint> complaints = new Checker(Generation.legal(parts.get())).check(files);
      if (!complaints.isEmpty()) {
        return complaints;
      }
      try (Generation built = Generation.build(parts.get(), files)) {
        built.rehearse();
      }
      return List.of();
    } catch (RoutesRejected e) {
      return e.complaints();
    }
  }

  /** Keeps the live set in the history, as every later one will be. */
  public void keep() {
    lock.lock();
    try {
      keeps = true;
      if (complaints.isEmpty()) {
        history.keep(live.files());
      }
    } finally {
      lock.unlock();
    }
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
      Result result = change(read(), dryRun);
      if (!dryRun) {
        complaints = result instanceof Result.Rejected(var why) ? why : List.of();
      }
      return result;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Builds the live files anew, for something beside them that only new routes see, such as the
   * first credential of a provider.
   */
  public Result renew() {
    lock.lock();
    try {
      return change(live.files(), false, true);
    } finally {
      lock.unlock();
    }
  }

  private RouteSet read() {
    try {
      return RouteSet.read(folder);
    } catch (IOException e) {
      Complaint why = new Complaint("", 0, 0, "%s: %s".formatted(folder, e.getMessage()));
      return new RouteSet(List.of(), List.of(why), "");
    }
  }

  /** What is wrong with the files in the folder, as far as it was tried; empty when they serve. */
  public List<Complaint> complaints() {
    return complaints;
  }

  /**
   * Goes back to a set that was live. The files in the folder stay as they are; the next change of
   * them is taken over as always.
   *
   * @param number of the generation, 0 for the one before the live one
   * @throws IllegalArgumentException when there is no such one
   */
  public Result rollback(int number, boolean dryRun) {
    lock.lock();
    try {
      keepLive();
      History.Entry entry = number == 0 ? before() : entry(number);
      try {
        return change(history.filesOf(entry), dryRun);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "generation %d cannot be read: %s".formatted(entry.number(), e.getMessage()), e);
      }
    } finally {
      lock.unlock();
    }
  }

  private void keepLive() {
    if (keeps && complaints.isEmpty()) {
      history.keep(live.files());
    }
  }

  private History.Entry entry(int number) {
    return history
        .find(number)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no generation %d; kept: %s"
                        .formatted(
                            number,
                            history.entries().stream().map(History.Entry::number).toList())));
  }

  private History.Entry before() {
    List<History.Entry> entries = history.entries();
    String now = live.files().digest();
    int at = entries.size() - 1;
    while (at >= 0 && !entries.get(at).digest().equals(now)) {
      at--;
    }
    if (at < 1) {
      throw new IllegalArgumentException("there is no generation before the live one");
    }
    return entries.get(at - 1);
  }

  /** The sets that were live, oldest first. */
  public List<History.Entry> history() {
    lock.lock();
    try {
      return history.entries();
    } finally {
      lock.unlock();
    }
  }

  /** The number of the live set in the history, 0 when it is not kept. */
  public int number() {
    String now = live.files().digest();
    return history().reversed().stream()
        .filter(entry -> entry.digest().equals(now))
        .map(History.Entry::number)
        .findFirst()
        .orElse(0);
  }

  /** What differs between two sets: the folder's, the live one, one of the history. */
  public RouteDiff diff(Side from, Side to) {
    lock.lock();
    try {
      return RouteDiff.between(files(from), files(to));
    } finally {
      lock.unlock();
    }
  }

  private RouteSet files(Side side) {
    return switch (side) {
      case Side.Live() -> live.files();
      case Side.Folder() -> read();
      case Side.Kept(int number) -> {
        try {
          yield history.filesOf(entry(number));
        } catch (IOException e) {
          throw new IllegalArgumentException(e.getMessage(), e);
        }
      }
    };
  }

  /** What can be compared. */
  public sealed interface Side {
    /** What serves. */
    record Live() implements Side {}

    /** The files as they are in the folder now. */
    record Folder() implements Side {}

    /** A generation of the history. */
    record Kept(int number) implements Side {}
  }

  private Result change(RouteSet files, boolean dryRun) {
    return change(files, dryRun, false);
  }

  private Result change(RouteSet files, boolean dryRun, boolean evenTheSame) {
    long started = System.nanoTime();
    if (closed) {
      return new Result.Rejected(List.of(new Complaint("", 0, 0, "the gateway is stopping")));
    }
    boolean same = files.digest().equals(live.files().digest());
    if (same && files.complaints().isEmpty() && !evenTheSame) {
      return new Result.Same();
    }
    try {
      List<Complaint> complaints = checker().check(files);
      if (!complaints.isEmpty()) {
        return new Result.Rejected(complaints);
      }
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
        if (keeps && !same) {
          history.keep(files);
        }
        retire(old);
      }
      return new Result.Changed(diff, Duration.ofNanos(System.nanoTime() - started), dryRun);
    } catch (RoutesRejected e) {
      return new Result.Rejected(e.complaints());
    }
  }

  // Made when first needed: a start needs none, and most gateways never reload.
  private Checker checker() throws RoutesRejected {
    Checker known = checker;
    if (known == null) {
      known = new Checker(Generation.legal(parts.get()));
      checker = known;
    }
    return known;
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
