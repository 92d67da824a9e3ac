package dev.caravan.reload;

import java.util.ArrayList;
import java.util.List;

/** The lines in which two texts differ, as {@code diff -u} shows them. */
final class LineDiff {
  private static final int CONTEXT = 3;
  private static final int MOST_LINES = 4000;

  private LineDiff() {}

  /** A line of the result: {@code ' '}, {@code '-'} or {@code '+'}, and its text. */
  private record Line(char kind, String text, int old, int now) {}

  /** Hunks with three lines around each change; empty when the texts are the same. */
  static String between(String earlier, String later) {
    List<Line> lines = lines(earlier.lines().toList(), later.lines().toList());
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < lines.size()) {
      if (lines.get(at).kind() == ' ') {
        at++;
        continue;
      }
      int from = Math.max(0, at - CONTEXT);
      int to = at;
      for (int i = at; i < lines.size() && i <= to + 2 * CONTEXT; i++) {
        to = lines.get(i).kind() == ' ' ? to : i;
      }
      int end = Math.min(lines.size(), to + CONTEXT + 1);
      hunk(lines.subList(from, end), out);
      at = end;
    }
    return out.toString();
  }

  private static void hunk(List<Line> lines, StringBuilder out) {
    long olds = lines.stream().filter(line -> line.kind() != '+').count();
    long news = lines.stream().filter(line -> line.kind() != '-').count();
    Line first = lines.getFirst();
    out.append("@@ -%d,%d +%d,%d @@\n".formatted(first.old(), olds, first.now(), news));
    lines.forEach(line -> out.append(line.kind()).append(line.text()).append('\n'));
  }

  private static List<Line> lines(List<String> a, List<String> b) {
    List<Line> lines = new ArrayList<>();
    if (a.size() > MOST_LINES || b.size() > MOST_LINES) {
      for (int i = 0; i < a.size(); i++) {
        lines.add(new Line('-', a.get(i), i + 1, 1));
      }
      for (int j = 0; j < b.size(); j++) {
        lines.add(new Line('+', b.get(j), a.size(), j + 1));
      }
      return lines;
    }
    int[][] common = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        common[i][j] =
            a.get(i).equals(b.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
        lines.add(new Line(' ', a.get(i), i + 1, j + 1));
        i++;
        j++;
      } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line('-', a.get(i), i + 1, j + 1));
        i++;
      } else {
        lines.add(new Line('+', b.get(j), i + 1, j + 1));
        j++;
      }
    }
    return lines;
  }
}
