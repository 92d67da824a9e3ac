package dev.caravan.oauth;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that all programs share which use one folder of accounts: of each account a byte of the
 * file {@code .refresh.lock} is locked. The system ends a lock with its process, however that ends.
 * Where the folder cannot be written, or its file system has no locks, it holds within this process
 * alone. Thread-safe.
 */
public final class FolderLock implements AccountLock {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

  /** Longer than three tries of a refresh; who holds it for that long hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

  private final Path folder;
  private final AccountLock here = AccountLock.local();
  private @Nullable FileChannel open;

  public FolderLock(Path folder) {
    this.folder = folder;
  }

  @Override
  public Held hold(String account) throws InterruptedException {
    return hold(account, PATIENCE, () -> {});
  }

  /**
   * Holds, after whoever holds now.
   *
   * @param patience after which it is not waited for any longer
   * @param waits told when it has to be waited for
   */
  Held hold(String account, Duration patience, Runnable waits) throws InterruptedException {
    Held mine = here.hold(account);
    try {
      FileLock everywhere = lock(account, patience, waits);
      return () -> {
        release(everywhere);
        mine.close();
      };
    } catch (InterruptedException | RuntimeException e) {
      mine.close();
      throw e;
    }
  }

  private @Nullable FileLock lock(String account, Duration patience, Runnable waits)
      throws InterruptedException {
    boolean told = false;
    // asked again and again, since a thread that waits in the system holds its carrier
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - until < 0) {
      try {
        FileChannel file = file();
        FileLock lock =
            file == null ? null : file.tryLock(account.hashCode() & Integer.MAX_VALUE, 1, false);
        if (lock != null || file == null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // another part of this process has it
      } catch (IOException e) {
        LOG.debug("{} has no locks: {}", folder, e.getMessage());
        return null;
      }
      if (!told) {
        told = true;
        waits.run();
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
    LOG.warn(
        "what is locked in {} is held by another program for {} s; it is not waited for any longer",
        folder,
        patience.toSeconds());
    return null;
  }

  /** One for all, for as long as this process lives: closing any of a file ends all its locks. */
  private synchronized @Nullable FileChannel file() throws IOException {
    FileChannel known = open;
    if ((known == null || !known.isOpen()) && Files.isDirectory(folder)) {
      known = FileChannel.open(folder.resolve(".refresh.lock"), CREATE, WRITE);
      open = known;
    }
    return known;
  }

  private static void release(@Nullable FileLock lock) {
    if (lock != null) {
      try {
        lock.release();
      } catch (IOException e) {
        LOG.debug("a lock is not given back: {}", e.getMessage());
      }
    }
  }
}
