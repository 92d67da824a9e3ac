package dev.caravan.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.caravan.call.Earlier;
import dev.caravan.call.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conversations of all clients, and which credential answered each last (rotation.md 7.1).
 *
 * <p>A conversation that its client does not name is known by what came before: a request goes on
 * with it when it holds all turns of an earlier one that was answered, and more. So a batch of
 * requests that begin alike is none, since no request of it holds another one whole; and what was
 * asked twice in the same words is nobody's beginning.
 *
 * <p>Numbers are kept, no text: a keyed hash of the turns or of the name. Bounded; what is silent
 * for longest goes first. Thread-safe.
 */
public final class Sessions {
  private static final int MOST = 100_000;

  /** A new conversation that brings a long history along is looked for in its last turns only. */
  private static final int MOST_LOOKS = 32;

  /**
   * What is known of one beginning, or of one named conversation.
   *
   * @param number keyed hash
   * @param root number of the first beginning of the conversation, which names it; 0 for a
   *     conversation that its client names
   * @param shared whether more than one request has ended here, so that it tells nothing
   */
  public record Known(long number, long root, Earlier last, boolean shared) {}

  private final Cache<Long, Known> known;
  private final TimeSource time;
  private final long key;
  private final Duration ttl;
  private volatile boolean changed;

  /**
   * Knows nobody yet.
   *
   * @param key of this installation, so that nobody can test a guessed text against a number
   * @param ttl how long a silent conversation is remembered; zero for not at all
   */
  public Sessions(long key, Duration ttl, TimeSource time) {
    this.key = key;
    this.ttl = ttl;
    this.time = time;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(ttl)
            .ticker(time::nanos)
            .executor(Runnable::run)
            .build();
  }

  /** What the beginnings of a client's requests are to be mixed with. */
  public long seed(String client) {
    return hash(client);
  }

  /** The conversation that a request goes on with. */
  public record Found(String session, Earlier last) {}

  /**
   * Looks for the conversation that a request goes on with.
   *
   * @param beginnings of the request, one for each of its turns; 0 tells nothing
   * @return null when it begins one
   */
  public @Nullable Found find(String client, long[] beginnings) {
    int newest = beginnings.length - 2;
    for (int i = newest; i >= 0 && i > newest - MOST_LOOKS; i--) {
      Known found = beginnings[i] == 0 ? null : known.getIfPresent(beginnings[i]);
      if (found != null && !found.shared()) {
        return new Found(name(client, found.root()), found.last());
      }
    }
    return null;
  }

  private static String name(String client, long root) {
    return client + " ~" + Long.toHexString(root);
  }

  /**
   * Takes in a request that was answered.
   *
   * @param session that it went on with, null when it began one
   */
  public void answered(long[] beginnings, @Nullable Found session, Earlier last) {
    long number = beginnings.length == 0 ? 0 : beginnings[beginnings.length - 1];
    if (number == 0) {
      return;
    }
    Known before = known.getIfPresent(number);
    if (before != null && before.shared()) {
      return;
    }
    long root = session == null ? number : rootOf(session.session());
    put(new Known(number, root, last, before != null));
  }

  private static long rootOf(String session) {
    return Long.parseUnsignedLong(session.substring(session.lastIndexOf('~') + 1), 16);
  }

  /** Where the last answer of a conversation that its client names came from. */
  public @Nullable Earlier lastOf(String session) {
    Known found = known.getIfPresent(hash(session));
    return found == null ? null : found.last();
  }

  /** Takes in an answer of a conversation that its client names. */
  public void answered(String session, Earlier last) {
    put(new Known(hash(session), 0, last, false));
  }

  private void put(Known what) {
    known.put(what.number(), what);
    changed = true;
  }

  /** How many beginnings and names are known. */
  public long size() {
    known.cleanUp();
    return known.estimatedSize();
  }

  /** Whether anything is new since this was asked last. */
  public boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  /** All that is known, for a file. */
  public List<Known> all() {
    return new ArrayList<>(known.asMap().values());
  }

  /** Takes in what a file has kept; what has been silent for too long stays out. */
  public void restore(List<Known> kept) {
    long oldest = time.epochMillis() - ttl.toMillis();
    for (Known one : kept) {
      if (one.last().atMillis() > oldest) {
        known.put(one.number(), one);
      }
    }
  }

  private long hash(String text) {
    long hash = key;
    for (int i = 0; i < text.length(); i++) {
      hash = Long.rotateLeft((hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L, 29);
    }
    long z = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return z == 0 ? 1 : z;
  }
}
