package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.RouteTrial;
import dev.caravan.config.Configuration;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.observe.Logs;
import dev.caravan.observe.Redaction;
import dev.caravan.reload.Complaint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks route files as a running gateway would before it takes them over. */
@Command(
    name = "validate",
    description =
        "Check route files: YAML, Camel's schema, every name in them; then build them and send a dry-run call through each provider. Needs no running server, calls nobody.",
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan validate                       the routes of this data folder",
      "  caravan validate routes/hooks/*.yaml   only complaints about these files",
      "",
      "Each complaint is file:line:column: what. Exit code 0 when there is none, 3 otherwise."
    })
public final class ValidateCommand implements Callable<Integer> {
  private static final int INVALID = 3;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description =
          "Data folder, whose settings say which providers are there (default: the current one).")
  private @Nullable String home;

  @Option(
      names = "--routes",
      paramLabel = "FOLDER",
      description =
          "Route files (default: routes/ in the data folder, else those that come with Caravan).")
  private @Nullable String routes;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description =
          "Print only complaints about these; all files of the folder are looked at, since they name each other.")
  private List<Path> files = List.of();

  @Override
  public Integer call() throws IOException {
    Map<String, String> flags = new TreeMap<>();
    if (home != null) {
      flags.put("CARAVAN_HOME", home);
    }
    if (routes != null) {
      flags.put("CARAVAN_ROUTES", routes);
    }
    flags.put("LOG_LEVEL", "ERROR");
    Map<String, String> environment = System.getenv();
    Configuration configuration =
        Configuration.load(Configuration.home(flags, environment), flags, environment);
    Logs.install(configuration, Redaction.of(configuration));
    Path folder = RouteFolder.of(configuration);
    for (Path file : files) {
      if (!isInside(folder, file)) {
        spec.commandLine()
            .getErr()
            .println(
                "caravan validate: %s is not in %s; name the folder with --routes"
                    .formatted(file, folder));
        return picocli.CommandLine.ExitCode.USAGE;
      }
    }
    List<Complaint> complaints =
        RouteTrial.of(configuration, folder).stream().filter(c -> isAsked(folder, c)).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(asJson(complaints));
    } else {
      complaints.forEach(out::println);
      out.println(
          complaints.isEmpty()
              ? "%s: nothing to complain about".formatted(folder)
              : "%d %s"
                  .formatted(
                      complaints.size(), complaints.size() == 1 ? "complaint" : "complaints"));
    }
    out.flush();
    return complaints.isEmpty() ? 0 : INVALID;
  }

  private static boolean isInside(Path folder, Path file) throws IOException {
    return Files.exists(file) && file.toRealPath().startsWith(folder.toRealPath());
  }

  private boolean isAsked(Path folder, Complaint complaint) {
    Path parent = folder.toAbsolutePath().normalize().getParent();
    Path about = parent == null ? Path.of(complaint.file()) : parent.resolve(complaint.file());
    return files.isEmpty()
        || complaint.file().isEmpty()
        || files.stream().anyMatch(file -> file.toAbsolutePath().normalize().equals(about));
  }

  private static String asJson(List<Complaint> complaints) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JsonBytes.FACTORY.createGenerator(text)) {
      out.useDefaultPrettyPrinter();
      out.writeStartArray();
      for (Complaint complaint : complaints) {
        out.writeStartObject();
        out.writeStringField("file", complaint.file());
        out.writeNumberField("line", complaint.line());
        out.writeNumberField("column", complaint.column());
        out.writeStringField("what", complaint.what());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    return text.toString();
  }
}
