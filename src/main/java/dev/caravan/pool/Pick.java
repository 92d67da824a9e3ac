package dev.caravan.pool;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look for a credential, for the decision record (rotation.md 3.11). Immutable, without
 * secrets.
 *
 * @param at when
 * @param mode balanced or sequential
 * @param candidates every credential of the pool with what is in its way, the one that was taken
 *     first
 * @param taken fingerprint of the one that was lent, null when none was
 * @param probe whether it rests and is asked all the same
 * @param reason in one word: {@code weight}, {@code least_used}, {@code most_used}, {@code sticky},
 *     {@code session}, {@code pin}, {@code probe}, {@code last_key}; {@code wait} or {@code refuse}
 *     when none was lent
 */
public record Pick(
    Instant at,
    Mode mode,
    List<Candidate> candidates,
    @Nullable String taken,
    boolean probe,
    String reason) {

  /**
   * A credential as it stood.
   *
   * @param uses requests in the window that selection compares
   * @param max ceiling of calls in flight, 0 for none
   * @param obstacle what is in its way, null when nothing is
   * @param until when that ends, null when not known
   * @param source who gave that time, null when nobody did
   * @param evidence what it was read from, null when there is none
   */
  public record Candidate(
      String fingerprint,
      int priority,
      long uses,
      int active,
      int max,
      @Nullable Obstacle obstacle,
      @Nullable Instant until,
      @Nullable Source source,
      @Nullable String evidence) {}

  public Pick {
    candidates = List.copyOf(candidates);
  }
}
