package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.provider.Glob;
import dev.caravan.provider.NearNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan models}: what can be asked for at a running gateway, and what it costs. Exit
 * codes: 0 shown, 1 nothing fits or no answer, 2 wrong usage.
 */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows the models that can be asked for: context, prices in dollars for a million tokens, abilities.",
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan models                  all of them",
      "  caravan models sonnet           those with 'sonnet' in their name",
      "  caravan models 'groq/*'         those that a pattern fits: * ? [ab]",
      "  caravan models --free           those that cost nothing",
      "  caravan models --json | jq -r .id",
      "",
      "Prices come from public tables (docs/models.md); - is a price that nobody knows."
    })
public final class ModelsCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FILTER",
      description = "A part of the name, or a pattern with * ? [ab]; case does not count.")
  private @Nullable String filter;

  @Option(
      names = {"-p", "--provider"},
      paramLabel = "NAME",
      description = "Those of one provider.")
  private @Nullable String provider;

  @Option(names = "--free", description = "Those whose price is known to be nothing.")
  private boolean free;

  @Option(names = "--json", description = "Print a line of JSON for each.")
  private boolean json;

  @Mixin private GatewayOptions options = new GatewayOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  private final Map<String, String> environment;

  public ModelsCommand() {
    this(System.getenv());
  }

  /** Takes settings from another environment. */
  public ModelsCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    return options.ask(
        spec,
        environment,
        gateway -> {
          JsonNode all = gateway.get("/v1/models?enriched=true").path("data");
          List<JsonNode> fitting = fitting(all);
          if (fitting.isEmpty()) {
            throw new ChatTrouble(nothing(all));
          }
          ModelsPage page = new ModelsPage(spec.commandLine().getColorScheme().ansi().enabled());
          List<String> lines =
              json
                  ? fitting.stream().map(JsonNode::toString).toList()
                  : page.lines(fitting, all.size());
          lines.forEach(spec.commandLine().getOut()::println);
          spec.commandLine().getOut().flush();
          return 0;
        });
  }

  private List<JsonNode> fitting(JsonNode all) {
    List<JsonNode> fitting = new ArrayList<>();
    for (JsonNode model : all) {
      String id = model.path("id").asText();
      boolean wanted =
          (provider == null || model.path("owned_by").asText().equals(provider))
              && (!free || isFree(model))
              && (filter == null || fits(filter.toLowerCase(Locale.ROOT), id));
      if (wanted) {
        fitting.add(model);
      }
    }
    return fitting;
  }

  static boolean fits(String pattern, String id) {
    String name = id.toLowerCase(Locale.ROOT);
    boolean isPattern = pattern.chars().anyMatch(c -> "*?[".indexOf(c) >= 0);
    return isPattern
        ? Glob.matches(pattern, name)
            || Glob.matches(pattern, name.substring(name.indexOf('/') + 1))
        : name.contains(pattern);
  }

  private static boolean isFree(JsonNode model) {
    JsonNode pricing = model.path("pricing");
    return pricing.path("prompt").isNumber()
        && pricing.path("prompt").asDouble() == 0
        && pricing.path("completion").asDouble() == 0;
  }

  private String nothing(JsonNode all) {
    List<String> ids = new ArrayList<>();
    List<String> owners = new ArrayList<>();
    for (JsonNode model : all) {
      ids.add(model.path("id").asText());
      owners.add(model.path("owned_by").asText());
    }
    if (ids.isEmpty()) {
      return "no provider lists a model; caravan providers tells why";
    }
    if (provider != null && !owners.contains(provider)) {
      return "no model of a provider '%s' is listed%s"
          .formatted(provider, didYouMean(NearNames.of(provider, owners)));
    }
    List<String> names = new ArrayList<>(ids);
    ids.forEach(id -> names.add(id.substring(id.lastIndexOf('/') + 1)));
    return "none of the %d models fits%s"
        .formatted(ids.size(), filter == null ? "" : didYouMean(NearNames.of(filter, names)));
  }

  static String didYouMean(List<String> near) {
    return near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
  }
}
