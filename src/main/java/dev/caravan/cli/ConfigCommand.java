package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.cli.ConfigReport.Row;
import dev.caravan.cli.ConfigReport.Unknown;
import dev.caravan.config.Configuration;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.NearNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan config}: what is set, and where. Needs no running server; {@code show} changes
 * nothing. Exit codes: 0 shown, 1 no setting has the name, 2 wrong usage.
 */
@Command(
    name = "config",
    description =
        "Shows the settings in effect and where each comes from, and changes them; secrets are masked.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ConfigCommand.Show.class,
      ConfigEdit.Get.class,
      ConfigEdit.Set.class,
      ConfigEdit.Unset.class
    },
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan config show             what is set, and names that nobody reads",
      "  caravan config show --all       every setting with its value",
      "  caravan config show PORT        one of them: value, source, default, meaning",
      "  caravan config show groq        those with 'groq' in their name",
      "  caravan config get PORT         its value alone, for scripts",
      "  caravan config set PORT 9000    writes it into .env",
      "  caravan config unset PORT       takes it out again",
      "",
      "The first that has a value wins: command line, environment, overrides.env,",
      ".env, other *.env, application.properties, default (docs/configuration.md)."
    })
public final class ConfigCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.USAGE;
  }

  /** Providers that files declare; a provider's file has its name. */
  static List<String> declared(Configuration configuration) {
    Path folder = RouteFolder.of(configuration).resolve("providers");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(file -> file.endsWith(".yaml"))
          .map(file -> file.substring(0, file.length() - ".yaml".length()))
          .toList();
    } catch (IOException none) {
      return List.of();
    }
  }

  @Command(
      name = "show",
      sortOptions = false,
      description = "The settings in effect, each with its source and its default.")
  static final class Show implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "NAME",
        description = "A setting, or a part of some names; case does not count.")
    private @Nullable String name;

    @Option(
        names = {"-a", "--all"},
        description = "Those that nobody has set, too.")
    private boolean all;

    @Option(names = "--json", description = "Print a line of JSON for each.")
    private boolean json;

    @Option(
        names = "--home",
        paramLabel = "FOLDER",
        description = "Data folder (default: the current one).")
    private @Nullable String home;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this text.")
    boolean help;

    private final Map<String, String> environment = System.getenv();

    @Override
    public Integer call() {
      Map<String, String> flags = new TreeMap<>();
      if (home != null) {
        flags.put("CARAVAN_HOME", home);
      }
      Configuration configuration =
          Configuration.load(Configuration.home(flags, environment), flags, environment);
      ConfigReport report = new ConfigReport(configuration, declared(configuration));
      List<Row> rows = wanted(report.rows());
      List<Unknown> unknown = report.unknown().stream().filter(u -> isWanted(u.name())).toList();
      PrintWriter out = spec.commandLine().getOut();
      if (rows.isEmpty() && unknown.isEmpty()) {
        spec.commandLine().getErr().println(nothing(report));
        return name == null ? 0 : 1;
      }
      boolean colours = spec.commandLine().getColorScheme().ansi().enabled();
      ConfigPage page = new ConfigPage(colours);
      List<String> lines;
      if (json) {
        lines = json(rows, unknown);
      } else if (isOne(rows)) {
        lines = page.details(rows.getFirst());
      } else {
        lines = new ArrayList<>(page.lines(rows, unknown));
        if (!all && name == null) {
          lines.add(
              "%d more have their default: caravan config show --all"
                  .formatted(report.rows().size() - rows.size()));
        }
      }
      lines.forEach(out::println);
      out.flush();
      return 0;
    }

    private boolean isOne(List<Row> rows) {
      return rows.size() == 1 && rows.getFirst().name().equalsIgnoreCase(name);
    }

    private List<Row> wanted(List<Row> rows) {
      List<Row> exact = rows.stream().filter(row -> row.name().equalsIgnoreCase(name)).toList();
      if (!exact.isEmpty()) {
        return exact;
      }
      return rows.stream()
          .filter(row -> isWanted(row.name()))
          .filter(
              row -> all || name != null || !row.source().isDefault() || !row.remark().isEmpty())
          .toList();
    }

    private boolean isWanted(String variable) {
      return name == null || variable.contains(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private String nothing(ConfigReport report) {
      if (name == null) {
        return "nothing is set; caravan config show --all shows the defaults";
      }
      List<String> names = report.rows().stream().map(Row::name).toList();
      return "no setting has '%s' in its name%s"
          .formatted(name, ModelsCommand.didYouMean(NearNames.of(name, names)));
    }

    private static List<String> json(List<Row> rows, List<Unknown> unknown) {
      List<String> lines = new ArrayList<>();
      try {
        for (Row row : rows) {
          StringWriter text = new StringWriter();
          try (JsonGenerator out = JsonBytes.FACTORY.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("name", row.name());
            out.writeStringField("value", row.value());
            out.writeStringField("source", row.source().toString());
            out.writeStringField("default", row.fallback());
            out.writeStringField("section", row.section());
            if (!row.remark().isEmpty()) {
              out.writeStringField("remark", row.remark());
            }
            out.writeEndObject();
          }
          lines.add(text.toString());
        }
        for (Unknown one : unknown) {
          StringWriter text = new StringWriter();
          try (JsonGenerator out = JsonBytes.FACTORY.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("unknown", one.name());
            out.writeStringField("source", one.source().toString());
            out.writeArrayFieldStart("did_you_mean");
            for (String near : one.near()) {
              out.writeString(near);
            }
            out.writeEndArray();
            out.writeEndObject();
          }
          lines.add(text.toString());
        }
      } catch (IOException e) {
        throw new IllegalStateException("a text cannot be written to", e);
      }
      return lines;
    }
  }
}
