package dev.caravan.oauth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one account is kept: its file, or nowhere for one of the environment. Knows whether what
 * was granted last is on disk, and whether somebody else has written the file since. Thread-safe.
 */
final class AccountFile {
  private static final Logger LOG = LoggerFactory.getLogger(AccountFile.class);

  private final String who;
  private final @Nullable Path path;
  private final CredentialStore store;
  private volatile boolean unsaved;
  private volatile @Nullable Look last;

  /** What a file looks like from outside. */
  private record Look(FileTime changed, long size, @Nullable Object key) {}

  /**
   * Reads and writes nothing yet.
   *
   * @param who it is, for the log
   * @param path null for an account that is kept in memory alone
   */
  AccountFile(String who, @Nullable Path path, CredentialStore store) {
    this.who = who;
    this.path = path;
    this.store = store;
    this.last = look();
  }

  @Nullable Path path() {
    return path;
  }

  /** Whether what was granted last is not on disk yet. */
  boolean isUnsaved() {
    return unsaved;
  }

  /** Whether it has been written since it was last read or saved here; looks at no content. */
  boolean isTouched() {
    Look now = look();
    return now != null && !now.equals(last);
  }

  private @Nullable Look look() {
    Path mine = path;
    if (mine == null) {
      return null;
    }
    try {
      BasicFileAttributes now = Files.readAttributes(mine, BasicFileAttributes.class);
      return new Look(now.lastModifiedTime(), now.size(), now.fileKey());
    } catch (IOException gone) {
      return null;
    }
  }

  /**
   * What the file holds when that is something else.
   *
   * @param ours what is known of the account here
   */
  Optional<AccountDocument> other(AccountDocument ours) {
    Path mine = path;
    if (mine == null || unsaved || !Files.exists(mine)) {
      return Optional.empty();
    }
    last = look();
    try {
      AccountDocument theirs = store.read(mine);
      return theirs.isWrittenLike(ours) ? Optional.empty() : Optional.of(theirs);
    } catch (IOException e) {
      LOG.warn("{}: its file cannot be used any more: {}", who, CredentialStore.reason(e));
      return Optional.empty();
    }
  }

  /**
   * Puts it on disk. Where that is refused it is not lost: {@link #isUnsaved} says so, and whoever
   * holds it tries again.
   *
   * @param rotates whether what is on disk is worth nothing any more
   */
  void save(AccountDocument document, boolean rotates) {
    Path mine = path;
    if (mine == null) {
      return;
    }
    try {
      store.save(mine, document);
      last = look();
      if (unsaved) {
        LOG.info("{}: its token is saved now", who);
      }
      unsaved = false;
    } catch (IOException e) {
      if (!unsaved) {
        LOG.error(
            "{}: its new token cannot be saved ({}){}; calls go on and saving is tried again",
            who,
            CredentialStore.reason(e),
            rotates
                ? ", and the old one is worth nothing any more: do not stop the gateway before it is"
                : "");
      }
      unsaved = true;
    }
  }
}
