package dev.caravan.reload;

import java.util.Comparator;

/**
 * One thing that is wrong with a set of route files.
 *
 * @param file as people know it, {@code routes/providers/acme.yaml}; empty when it is about no
 *     single file
 * @param line from 1, 0 when it is about the file as a whole
 * @param column from 1, 0 when not known
 * @param what a sentence: what is wrong, and the nearest legal names where there are some
 */
public record Complaint(String file, int line, int column, String what)
    implements Comparable<Complaint> {

  private static final Comparator<Complaint> ORDER =
      Comparator.comparing(Complaint::file)
          .thenComparingInt(Complaint::line)
          .thenComparingInt(Complaint::column)
          .thenComparing(Complaint::what);

  static Complaint of(RouteFile file, String what) {
    return new Complaint(file.label(), 1, 1, what);
  }

  @Override
  public int compareTo(Complaint other) {
    return ORDER.compare(this, other);
  }

  /** As compilers write it, so that editors can jump there: {@code file:line:column: what}. */
  @Override
  public String toString() {
    if (file.isEmpty()) {
      return what;
    }
    return line == 0
        ? "%s: %s".formatted(file, what)
        : "%s:%d:%d: %s".formatted(file, line, column, what);
  }
}
