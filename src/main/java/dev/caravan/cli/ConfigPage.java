package dev.caravan.cli;

import dev.caravan.cli.ConfigReport.Row;
import dev.caravan.cli.ConfigReport.Unknown;
import dev.caravan.cli.TextTable.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi.Style;

/** The settings as a page of the terminal, one table a section. */
final class ConfigPage {
  private static final int WIDEST_VALUE = 48;

  private final boolean colours;

  ConfigPage(boolean colours) {
    this.colours = colours;
  }

  List<String> lines(List<Row> rows, List<Unknown> unknown) {
    Map<String, List<Row>> bySection = new LinkedHashMap<>();
    rows.forEach(row -> bySection.computeIfAbsent(row.section(), s -> new ArrayList<>()).add(row));
    List<String> lines = new ArrayList<>();
    bySection.forEach(
        (section, its) -> {
          lines.add(TextTable.styled(section, Style.bold, colours));
          lines.addAll(table(its));
          lines.add("");
        });
    if (!unknown.isEmpty()) {
      lines.add(TextTable.styled("Nobody reads these", Style.bold, colours));
      TextTable table = new TextTable(colours, "name", "from", "");
      for (Unknown one : unknown) {
        table.row(
            new Cell(one.name(), Style.fg_yellow),
            Cell.of(one.source().toString()),
            Cell.of(meant(one)));
      }
      lines.addAll(table.lines());
      lines.add("");
    }
    return lines;
  }

  private List<String> table(List<Row> rows) {
    TextTable table = new TextTable(colours, "name", "value", "from", "default", "");
    for (Row row : rows) {
      table.row(
          Cell.of(row.name()),
          new Cell(shortened(row.value()), row.source().isDefault() ? Style.faint : null),
          new Cell(row.source().toString(), row.source().isDefault() ? Style.faint : null),
          new Cell(row.source().isDefault() ? "" : shortened(row.fallback()), Style.faint),
          new Cell(row.remark(), Style.fg_yellow));
    }
    return table.lines();
  }

  /** All of one setting. */
  List<String> details(Row row) {
    List<String> lines = new ArrayList<>();
    lines.add(TextTable.styled(row.name(), Style.bold, colours));
    lines.add("  " + row.meaning());
    lines.add("  value    " + (row.value().isEmpty() ? "none" : row.value()));
    lines.add("  from     " + row.source());
    lines.add("  default  " + (row.fallback().isEmpty() ? "empty" : row.fallback()));
    if (!row.remark().isEmpty()) {
      lines.add("  " + TextTable.styled(row.remark(), Style.fg_yellow, colours));
    }
    return lines;
  }

  static String meant(Unknown one) {
    String near = ModelsCommand.didYouMean(one.near());
    return near.isEmpty() ? "" : near.substring("; ".length());
  }

  private static String shortened(@Nullable String text) {
    String line = text == null ? "" : text.replace('\n', ' ');
    return line.length() <= WIDEST_VALUE ? line : line.substring(0, WIDEST_VALUE - 1) + "…";
  }
}
