package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.cli.TextTable.Cell;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi.Style;

/** The providers of a gateway for people. */
final class ProvidersPage {
  private final boolean colours;

  ProvidersPage(boolean colours) {
    this.colours = colours;
  }

  /**
   * A line a provider.
   *
   * @param all whether those without a key are shown too
   */
  List<String> lines(JsonNode providers, boolean all) {
    TextTable table =
        new TextTable(colours, "provider", "dialect", ">keys", ">usable", ">models", "from", "");
    int waiting = 0;
    for (JsonNode provider : providers) {
      if (provider.path("configured").asBoolean()) {
        table.row(
            Cell.of(provider.path("name").asText()),
            Cell.of(provider.path("dialects").path(0).asText()),
            Cell.of(provider.path("credentials").asText()),
            usable(provider),
            Cell.of(provider.path("models").asText()),
            Cell.of(provider.path("source").asText()),
            remark(provider));
      } else {
        waiting++;
      }
    }
    List<String> lines = new ArrayList<>();
    if (table.isEmpty()) {
      lines.add("no provider is set up; put a key such as GROQ_API_KEY into .env");
    } else {
      lines.addAll(table.lines());
    }
    lines.add("");
    if (all) {
      TextTable others = new TextTable(colours, "needs but a key", "variable");
      for (JsonNode provider : providers) {
        if (!provider.path("configured").asBoolean()) {
          others.row(
              Cell.of(provider.path("name").asText()),
              Cell.of(provider.path("key_variable").asText()));
        }
      }
      lines.addAll(others.lines());
    } else {
      lines.add("%d more need but a key: caravan providers list --all".formatted(waiting));
    }
    return lines;
  }

  private static Cell usable(JsonNode provider) {
    int keys = provider.path("credentials").asInt();
    int usable = provider.path("available").asInt();
    return new Cell(
        Integer.toString(usable),
        usable == 0 ? Style.fg_red : usable < keys ? Style.fg_yellow : null);
  }

  private static Cell remark(JsonNode provider) {
    String trouble = provider.path("models_error").asText("");
    int hidden = provider.path("models_hidden").asInt();
    if (!trouble.isEmpty()) {
      return new Cell("its model list: " + trouble, Style.fg_yellow);
    }
    String server = provider.path("server").asText("");
    String filtered = hidden > 0 ? hidden + " hidden by filters" : "";
    return new Cell(
        server.isEmpty() || filtered.isEmpty() ? server + filtered : server + ", " + filtered,
        Style.faint);
  }
}
