package dev.caravan.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether what the pools know would survive a restart now.
 *
 * @param place where it is kept
 * @param problem why the last write failed, null when it did not
 * @param failures writes that failed since the start
 * @param inRow writes that failed in a row up to now
 * @param waiting values that are not written yet
 * @param writtenAt when a write last succeeded, epoch milliseconds, 0 for never
 * @param findings what could not be read at the start, in sentences
 */
public record StateHealth(
    String place,
    @Nullable String problem,
    long failures,
    int inRow,
    int waiting,
    long writtenAt,
    List<String> findings) {

  /** Whether a person has to look: nothing can be written, or something could not be read. */
  public boolean isGood() {
    return problem == null && findings.isEmpty();
  }

  /** The first thing to tell a person, null when there is none. */
  public @Nullable String complaint() {
    return problem != null ? problem : findings.isEmpty() ? null : findings.getFirst();
  }
}
