package dev.caravan.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi.Style;

/** Columns of text that are as wide as they have to be, with colours where there is a terminal. */
public final class TextTable {
  private static final int GAP = 2;

  /**
   * A cell.
   *
   * @param style null for plain
   */
  public record Cell(String text, @Nullable Style style) {
    public static final Cell EMPTY = new Cell("", null);

    public Cell {
      text = text.replace('\u001b', '\u241b'); // what a server says must not steer the terminal
    }

    public static Cell of(String text) {
      return new Cell(text, null);
    }
  }

  private final boolean[] right;
  private final boolean colours;
  private final List<List<Cell>> rows = new ArrayList<>();

  /**
   * A table.
   *
   * @param heads of the columns; one that begins with {@code >} is aligned to the right
   */
  public TextTable(boolean colours, String... heads) {
    this.colours = colours;
    this.right = new boolean[heads.length];
    List<Cell> row = new ArrayList<>();
    for (int i = 0; i < heads.length; i++) {
      right[i] = heads[i].startsWith(">");
      row.add(new Cell(right[i] ? heads[i].substring(1) : heads[i], Style.faint));
    }
    rows.add(row);
  }

  public void row(Cell... cells) {
    rows.add(List.of(cells));
  }

  /** Whether it has no row but its head. */
  public boolean isEmpty() {
    return rows.size() == 1;
  }

  public List<String> lines() {
    int[] widths = new int[right.length];
    for (List<Cell> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).text().length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<Cell> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    int pending = 0;
    for (int i = 0; i < row.size(); i++) {
      Cell cell = row.get(i);
      int space = widths[i] - cell.text().length();
      if (!cell.text().isEmpty()) {
        line.repeat(' ', pending + (right[i] ? space : 0)).append(styled(cell));
        pending = right[i] ? GAP : space + GAP;
      } else {
        pending += widths[i] + GAP;
      }
    }
    return line.toString();
  }

  private String styled(Cell cell) {
    return styled(cell.text(), cell.style(), colours);
  }

  public static String styled(String text, @Nullable Style style, boolean colours) {
    return style == null || !colours ? text : style.on() + text + style.off();
  }
}
