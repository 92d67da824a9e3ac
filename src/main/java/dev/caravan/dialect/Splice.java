package dev.caravan.dialect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One change to a body: the bytes of {@code [start, end)} become others. All else of the body stays
 * as it is, byte for byte, and is not copied. Of changes that overlap the one that begins first
 * counts; several insertions at one place come in the order of the list.
 *
 * @param start first byte that goes
 * @param end one past the last; equal to {@code start} for an insertion
 * @param with what comes in its place
 */
public record Splice(int start, int end, byte[] with) {

  /** A range of an array, to be sent as it is. */
  public record Slice(byte[] array, int start, int end) {
    public int length() {
      return end - start;
    }
  }

  /** The body with all changes made, as ranges of the old bytes and the new ones between them. */
  public static List<Slice> apply(byte[] body, int bodyStart, List<Splice> splices) {
    List<Splice> ordered = new ArrayList<>(splices);
    ordered.sort(Comparator.comparingInt(Splice::start).thenComparingInt(Splice::end));
    List<Slice> slices = new ArrayList<>(2 * ordered.size() + 1);
    int at = bodyStart;
    for (Splice splice : ordered) {
      if (splice.start() < at) {
        continue;
      }
      if (splice.start() > at) {
        slices.add(new Slice(body, at, splice.start()));
      }
      if (splice.with().length > 0) {
        slices.add(new Slice(splice.with(), 0, splice.with().length));
      }
      at = splice.end();
    }
    if (at < body.length) {
      slices.add(new Slice(body, at, body.length));
    }
    return slices;
  }

  /** All slices in one array. */
  public static byte[] join(List<Slice> slices) {
    int length = 0;
    for (Slice slice : slices) {
      length += slice.length();
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (Slice slice : slices) {
      System.arraycopy(slice.array(), slice.start(), joined, at, slice.length());
      at += slice.length();
    }
    return joined;
  }
}
