package dev.caravan.pool;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a credential, in order of arrival. Guarded by the pool's lock.
 *
 * <p>Invariant after each change of the pool: nobody in the line could be lent anything, since
 * whatever becomes free is handed over at once. So a call that arrives may take what it finds
 * without overtaking anybody, and no crowd wakes for one slot.
 */
final class Line {
  private final Set<Place> places = new LinkedHashSet<>();
  private final Selection selection;
  private final BiConsumer<Place, Member> handOver;
  private long wakeAt = Long.MAX_VALUE;

  /**
   * @param handOver lends the credential that the selection has found to the place
   */
  Line(Selection selection, BiConsumer<Place, Member> handOver) {
    this.selection = selection;
    this.handOver = handOver;
  }

  int size() {
    return places.size();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  void join(Place place, long until) {
    places.add(place);
    place.wakeAt = until;
    wakeAt = Math.min(wakeAt, until);
  }

  void leave(Place place) {
    places.remove(place);
  }

  /** Whether something has become possible by the mere passing of time. */
  boolean isDue(long now) {
    return now >= wakeAt && !places.isEmpty();
  }

  /** Offers one credential, whose slot or cooldown has just come free. */
  void offer(Member member, long now) {
    for (Iterator<Place> waiting = places.iterator(); waiting.hasNext() && !member.isFull(); ) {
      Place place = waiting.next();
      if (place.ask.mayStart() && selection.isFree(member, place.ask, now)) {
        waiting.remove();
        handOver.accept(place, member);
      }
    }
  }

  /** Offers everything. */
  void offerAll(long now) {
    Set<String> dry = new HashSet<>();
    wakeAt = Long.MAX_VALUE;
    for (Iterator<Place> waiting = places.iterator(); waiting.hasNext(); ) {
      Place place = waiting.next();
      Member member =
          dry.contains(place.ask.modelScope()) && isLikeOthers(place.ask)
              ? null
              : find(place, now, dry);
      if (member != null) {
        waiting.remove();
        handOver.accept(place, member);
      } else if (place.wakeAt > now) {
        wakeAt = Math.min(wakeAt, place.wakeAt);
      }
    }
  }

  /** What nobody who has tried nothing can get, nobody else with the same wish can get either. */
  private @Nullable Member find(Place place, long now, Set<String> dry) {
    if (!place.ask.mayStart()) {
      return null;
    }
    Member found = selection.pick(place.ask, now);
    if (found == null && isLikeOthers(place.ask)) {
      dry.add(place.ask.modelScope());
    }
    return found;
  }

  private static boolean isLikeOthers(Ask ask) {
    return ask.isFresh() && ask.session() == null && !ask.isPinned();
  }

  /** The wall clock was set. */
  void shift(long millis) {
    wakeAt = wakeAt == Long.MAX_VALUE ? wakeAt : wakeAt + millis;
    for (Place place : places) {
      place.wakeAt = place.wakeAt == Long.MAX_VALUE ? place.wakeAt : place.wakeAt + millis;
    }
  }

  /** Lets everybody look again, because what they were waiting for has become later or nothing. */
  void wakeAll() {
    places.forEach(Place::wake);
  }
}
