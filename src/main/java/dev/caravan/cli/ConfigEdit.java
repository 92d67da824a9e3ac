package dev.caravan.cli;

import dev.caravan.cli.ConfigReport.Row;
import dev.caravan.config.Configuration;
import dev.caravan.config.OwnEnvFile;
import dev.caravan.config.Settings;
import dev.caravan.config.Source;
import dev.caravan.provider.NearNames;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan config get}, {@code set} and {@code unset}: one setting read or changed by a
 * script or a person. Exit codes: 0 done, 1 no such setting, not set, or not to be written, 2 a
 * value that is not legal.
 */
final class ConfigEdit {
  private static final int NOT_THERE = 1;
  private static final int NOT_LEGAL = 2;

  private ConfigEdit() {}

  /** What the three have in common. */
  static final class Common {
    @Parameters(index = "0", paramLabel = "NAME", description = "The setting; case does not count.")
    private String name = "";

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

    String variable() {
      return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    Configuration load() {
      Map<String, String> flags = new TreeMap<>();
      if (home != null) {
        flags.put("CARAVAN_HOME", home);
      }
      Map<String, String> environment = System.getenv();
      return Configuration.load(Configuration.home(flags, environment), flags, environment);
    }

    /** Says that there is no such setting; whether that is so. */
    boolean isUnknown(CommandSpec spec) {
      if (ConfigReport.isKnown(variable())) {
        return false;
      }
      List<String> names =
          new ConfigReport(load(), List.of()).rows().stream().map(Row::name).toList();
      complain(
          spec,
          "there is no setting %s%s"
              .formatted(variable(), ModelsCommand.didYouMean(NearNames.of(variable(), names))));
      return true;
    }

    Optional<Row> row(Configuration configuration) {
      return new ConfigReport(configuration, ConfigCommand.declared(configuration))
          .rows().stream().filter(row -> row.name().equals(variable())).findFirst();
    }
  }

  private static void complain(CommandSpec spec, String what) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(what);
    err.flush();
  }

  private static void say(CommandSpec spec, String what) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(what);
    out.flush();
  }

  @Command(
      name = "get",
      sortOptions = false,
      description =
          "Prints the value in effect and nothing else, the default when nobody has set it.")
  static final class Get implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Option(names = "--reveal", description = "Print a secret as it is, not masked.")
    private boolean reveal;

    @Override
    public Integer call() {
      if (common.isUnknown(spec)) {
        return NOT_THERE;
      }
      Configuration configuration = common.load();
      String variable = common.variable();
      boolean secret = Settings.isSecret(variable);
      String value =
          reveal && secret
              ? configuration.variables().getOrDefault(variable, "").strip()
              : common.row(configuration).map(Row::value).orElseGet(() -> fallback(variable));
      if (value.isEmpty()) {
        complain(spec, variable + " is not set");
        return NOT_THERE;
      }
      say(spec, value);
      return 0;
    }

    private static String fallback(String variable) {
      return Settings.named(variable)
          .filter(setting -> setting.fallback() != null)
          .map(setting -> setting.fallbackText())
          .orElse("");
    }
  }

  @Command(
      name = "set",
      sortOptions = false,
      description = "Writes a setting into .env, where everything else stays as it is.",
      footerHeading = "%nExamples%n",
      footer = {
        "  caravan config set GLOBAL_TIMEOUT 45",
        "  caravan config set GROQ_API_KEY_1 < key.txt     secrets come from standard input",
        "  caravan config set GROQ_API_KEY_1 --from-env K  or from a variable"
      })
  static final class Set implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "VALUE",
        description = "What it is to be; without it a line is read from standard input.")
    private @Nullable String value;

    @Option(
        names = "--from-env",
        paramLabel = "VAR",
        description = "Take the value from this variable of the environment.")
    private @Nullable String fromEnv;

    @Override
    public Integer call() throws IOException {
      if (common.isUnknown(spec)) {
        return NOT_THERE;
      }
      String variable = common.variable();
      if (value != null && Settings.isSecret(variable)) {
        complain(
            spec,
            "%s is a secret, and what stands on a command line is seen by others; give it on standard input or with --from-env VAR"
                .formatted(variable));
        return NOT_LEGAL;
      }
      String wanted = wanted();
      if (wanted == null) {
        complain(spec, "there is no value to set");
        return NOT_LEGAL;
      }
      Optional<String> fault = OwnEnvFile.fault(variable, wanted);
      if (fault.isPresent()) {
        complain(spec, variable + ": " + fault.get());
        return NOT_LEGAL;
      }
      Configuration before = common.load();
      OwnEnvFile file = OwnEnvFile.in(before.home());
      try {
        file.set(variable, wanted);
      } catch (IOException e) {
        complain(spec, "%s cannot be written: %s".formatted(file.path(), e.getMessage()));
        return NOT_THERE;
      }
      say(spec, variable + " is set in " + file.path());
      outcome(spec, common, variable);
      return 0;
    }

    private @Nullable String wanted() throws IOException {
      if (value != null) {
        return value;
      }
      if (fromEnv != null) {
        return System.getenv(fromEnv);
      }
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    }
  }

  @Command(
      name = "unset",
      sortOptions = false,
      description =
          "Takes a setting out of .env, so that the next weaker source or the default holds.")
  static final class Unset implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Override
    public Integer call() {
      String variable = common.variable();
      OwnEnvFile file = OwnEnvFile.in(common.load().home());
      try {
        if (!file.unset(variable)) {
          complain(spec, "%s is not set in %s".formatted(variable, file.path()));
          return NOT_THERE;
        }
      } catch (IOException e) {
        complain(spec, "%s cannot be written: %s".formatted(file.path(), e.getMessage()));
        return NOT_THERE;
      }
      say(spec, variable + " is no longer set in " + file.path());
      outcome(spec, common, variable);
      return 0;
    }
  }

  /** What holds after the change, and what stands in its way. */
  private static void outcome(CommandSpec spec, Common common, String variable) {
    Configuration now = common.load();
    Source source = now.source(variable).orElse(Source.DEFAULT);
    common
        .row(now)
        .ifPresent(
            row -> {
              boolean own = source.toString().startsWith(".env:") || source.isDefault();
              if (!own) {
                say(spec, "but %s says %s, which holds".formatted(source, row.value()));
              }
              if (!row.remark().isEmpty()) {
                say(spec, "note: " + row.remark());
              }
            });
    say(spec, "a gateway that runs takes it over when it is started anew");
  }
}
