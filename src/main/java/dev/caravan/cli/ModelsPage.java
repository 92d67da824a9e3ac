package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.cli.TextTable.Cell;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help.Ansi.Style;

/** The models of a gateway for people. */
final class ModelsPage {
  private static final Map<String, String> ABILITIES =
      Map.of(
          "function_calling", "tools",
          "reasoning", "thinks",
          "vision", "sees",
          "structured_output", "json",
          "prompt_caching", "caches");
  private static final List<String> ORDER =
      List.of("function_calling", "reasoning", "vision", "structured_output", "prompt_caching");

  private final boolean colours;

  ModelsPage(boolean colours) {
    this.colours = colours;
  }

  /**
   * A line a model.
   *
   * @param all how many there are, shown or not
   */
  List<String> lines(List<JsonNode> models, int all) {
    TextTable table =
        new TextTable(
            colours, "model", ">context", ">output", ">$ in/M", ">$ out/M", ">$ cached/M", "can");
    for (JsonNode model : models) {
      table.row(
          Cell.of(model.path("id").asText()),
          Cell.of(tokens(model.path("context_length"))),
          Cell.of(tokens(model.path("max_completion_tokens"))),
          price(model.at("/pricing/prompt")),
          price(model.at("/pricing/completion")),
          price(model.at("/pricing/cached_input")),
          new Cell(abilities(model), Style.faint));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        models.size() == all
            ? "%d models".formatted(all)
            : "%d of %d models".formatted(models.size(), all));
    return lines;
  }

  private static String tokens(JsonNode count) {
    return count.isNumber() ? Figures.count(count.asDouble()) : "";
  }

  private static Cell price(JsonNode perToken) {
    if (!perToken.isNumber()) {
      return new Cell("-", Style.faint);
    }
    BigDecimal perMillion =
        new BigDecimal(perToken.asText()).movePointRight(6).setScale(4, RoundingMode.HALF_UP);
    if (perMillion.signum() == 0) {
      return Cell.of("free");
    }
    BigDecimal shown = perMillion.stripTrailingZeros();
    return Cell.of((shown.scale() < 2 ? shown.setScale(2) : shown).toPlainString());
  }

  private static String abilities(JsonNode model) {
    if (model.path("mode").asText("chat").equals("chat")) {
      JsonNode can = model.path("capabilities");
      List<String> words = new ArrayList<>();
      for (String name : ORDER) {
        if (can.path(name).asBoolean()) {
          words.add(String.valueOf(ABILITIES.get(name)));
        }
      }
      return String.join(" ", words);
    }
    return model.path("mode").asText();
  }
}
