package dev.caravan.reload;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when the files of a folder have changed, and tells it once they are quiet: files that are
 * written, renamed over, deleted, and links that point elsewhere now, as Kubernetes changes a
 * mounted ConfigMap.
 *
 * <p>The system's notices only wake it; what counts is how the folder looks. It also looks without
 * being woken every few seconds, since notices do not come from every file system (NFS, mounts of
 * other machines).
 */
public final class RouteWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RouteWatch.class);
  private static final Duration LOOKS = Duration.ofSeconds(5);
  private static final WatchEvent.Kind<?>[] EVERYTHING = {
    StandardWatchEventKinds.ENTRY_CREATE,
    StandardWatchEventKinds.ENTRY_DELETE,
    StandardWatchEventKinds.ENTRY_MODIFY
  };

  private final Path folder;
  private final Duration quiet;
  private final Runnable changed;
  private final @Nullable WatchService notices;
  private final Set<Path> watched = new HashSet<>();
  private final Thread thread;
  private volatile FolderState known;
  private volatile boolean closed;

  /**
   * Begins to watch; what is there now counts as known.
   *
   * @param quiet how long nothing may happen before a change counts as complete
   * @param changed called on a thread of the watch
   */
  public RouteWatch(Path folder, Duration quiet, Runnable changed) {
    this.folder = folder;
    this.quiet = quiet;
    this.changed = changed;
    this.notices = notices(folder);
    this.known = FolderState.of(folder);
    register();
    this.thread = Thread.ofPlatform().daemon().name("caravan-routes").start(this::run);
  }

  private static @Nullable WatchService notices(Path folder) {
    try {
      return folder.getFileSystem().newWatchService();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "routes: the system gives no notice of changed files ({}), so changes are seen up to {} s later",
          e.getMessage(),
          LOOKS.toSeconds());
      return null;
    }
  }

  private void run() {
    try {
      while (!closed) {
        boolean woken = await(LOOKS);
        FolderState now = FolderState.of(folder);
        if (!woken && now.equals(known)) {
          continue;
        }
        now = settled(now);
        register();
        if (!now.equals(known)) {
          known = now;
          tell();
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("routes: the watch ends");
    }
  }

  private void tell() {
    try {
      changed.run();
    } catch (RuntimeException e) {
      LOG.error("routes: a change was not taken over, by a bug", e);
    }
  }

  /** Waits until neither notices come nor the folder looks any different for the quiet time. */
  private FolderState settled(FolderState first) throws InterruptedException {
    FolderState last = first;
    while (!closed) {
      boolean woken = await(quiet);
      FolderState now = FolderState.of(folder);
      if (!woken && now.equals(last)) {
        return now;
      }
      last = now;
    }
    return last;
  }

  /** Whether a notice came in this time. */
  private boolean await(Duration time) throws InterruptedException {
    if (notices == null) {
      Thread.sleep(time);
      return false;
    }
    WatchKey key = notices.poll(time.toNanos(), TimeUnit.NANOSECONDS);
    boolean woken = key != null;
    while (key != null) {
      key.pollEvents();
      if (!key.reset()) {
        watched.remove((Path) key.watchable());
      }
      key = notices.poll();
    }
    return woken;
  }

  /** Watches every folder that is looked into, those that links lead to and that of the folder. */
  private void register() {
    if (notices == null) {
      return;
    }
    Set<Path> wanted = new HashSet<>(known.folders());
    wanted.addAll(FolderState.of(folder).folders());
    if (Files.isSymbolicLink(folder)) {
      wanted.add(folder.toAbsolutePath().getParent());
    }
    for (Path one : wanted) {
      try {
        Path real = one.toRealPath();
        if (watched.add(real)) {
          real.register(notices, EVERYTHING);
        }
      } catch (IOException e) {
        LOG.debug("routes: {} cannot be watched: {}", one, e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (notices != null) {
      try {
        notices.close();
      } catch (IOException e) {
        LOG.debug("routes: the watch does not close", e);
      }
    }
  }
}
