package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.cli.Finding.Standing;
import dev.caravan.config.Configuration;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.observe.Logs;
import dev.caravan.observe.Redaction;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says whether a start would go well, and what to do where it would not. */
@Command(
    name = "doctor",
    description =
        "Check everything that a start depends on. Changes nothing, needs no running server.",
    footer = {"", "Exit code 0 when nothing fails, 1 otherwise."})
public final class DoctorCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--online", description = "Also try to connect to each provider.")
  boolean online;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Data folder (default: the current one).")
  @Nullable String home;

  @Option(names = "--routes", paramLabel = "FOLDER", description = "Route files.")
  @Nullable String routes;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port that the server would listen on (default 8000).")
  @Nullable String port;

  @Override
  public Integer call() throws IOException {
    Map<String, String> flags = new TreeMap<>();
    put(flags, "CARAVAN_HOME", home);
    put(flags, "CARAVAN_ROUTES", routes);
    put(flags, "PORT", port);
    Map<String, String> environment = System.getenv();
    Configuration configuration =
        Configuration.load(Configuration.home(flags, environment), flags, environment);
    Redaction redaction = Redaction.of(configuration);
    Logs.install(configuration, redaction);

    List<Finding> findings =
        new Checkup(flags, environment, online)
            .run().stream()
                .map(f -> new Finding(f.check(), f.standing(), redaction.mask(f.words())))
                .toList();
    PrintWriter out =
        spec == null
            ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
            : spec.commandLine().getOut();
    out.print(json ? asJson(findings) : asTable(findings));
    out.flush();
    return findings.stream().anyMatch(f -> f.standing() == Standing.FAIL) ? 1 : 0;
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }

  private static String asTable(List<Finding> findings) {
    int width = findings.stream().mapToInt(f -> f.check().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    for (Finding finding : findings) {
      table.append(
          "%-4s  %-"
              .concat(Integer.toString(width))
              .concat("s  %s%n")
              .formatted(finding.standing().word(), finding.check(), finding.words()));
    }
    return table.toString();
  }

  private static String asJson(List<Finding> findings) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (Finding finding : findings) {
        json.writeStartObject();
        json.writeStringField("check", finding.check());
        json.writeStringField("standing", finding.standing().word());
        json.writeStringField("words", finding.words());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return text + System.lineSeparator();
  }
}
