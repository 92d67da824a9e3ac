package dev.caravan.cli;

import dev.caravan.Version;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says which release this is, and on what it runs. */
@Command(name = "version", description = "Show the versions of Caravan, Camel and Java.")
public final class VersionCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    String camel = CamelContext.class.getPackage().getImplementationVersion();
    String form =
        json
            ? "{\"caravan\":\"%s\",\"camel\":\"%s\",\"java\":\"%s\"}"
            : "caravan %s (Camel %s, Java %s)";
    if (spec != null) {
      spec.commandLine()
          .getOut()
          .println(form.formatted(Version.number(), camel, System.getProperty("java.version")));
    }
    return 0;
  }
}
