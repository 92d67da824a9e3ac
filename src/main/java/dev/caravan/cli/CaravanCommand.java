package dev.caravan.cli;

import dev.caravan.cli.cred.CredCommand;
import dev.caravan.config.Configuration;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code caravan} and what it can be told to do. */
@Command(
    name = "caravan",
    description =
        "An LLM gateway made of Apache Camel routes: one endpoint, one key, all providers.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = false,
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan run                     serve on http://127.0.0.1:8000",
      "  caravan chat \"Hello\"            talk to it",
      "  caravan models                  what can be asked for, and what it costs",
      "  caravan quota                   what the credentials have left, and who rests",
      "  caravan config show             what is set, and where",
      "  caravan cred login PROVIDER     a subscription as a credential",
      "  caravan mock                    a stand-in provider with failure drills",
      "  caravan COMMAND --help          what a command takes"
    })
public final class CaravanCommand implements Callable<Integer> {
  private static final List<String> NAMES =
      List.of(
          "run",
          "chat",
          "quota",
          "models",
          "providers",
          "cred",
          "routes",
          "validate",
          "why",
          "doctor",
          "config",
          "mock",
          "train",
          "version");

  @Spec @Nullable CommandSpec spec;

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  boolean help;

  /**
   * Runs a command line and gives its exit code: 0 good, 1 failure, 2 usage (operations.md 1.2).
   */
  public static int run(String... args) {
    String[] words = serverFlagsFirst(args);
    CommandLine line = new CommandLine(new CaravanCommand());
    // Looking through a command takes a while, so it is done for the one that is wanted.
    String wanted = words.length > 0 ? words[0] : "";
    for (String name : NAMES.contains(wanted) ? List.of(wanted) : NAMES) {
      line.addSubcommand(name, command(name));
    }
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    return line.execute(words);
  }

  private static Callable<Integer> command(String name) {
    return switch (name) {
      case "run" -> new RunCommand();
      case "doctor" -> new DoctorCommand();
      case "config" -> new ConfigCommand();
      case "chat" -> new ChatCommand(CaravanCommand::setting, System.in);
      case "routes" -> new RoutesCommand();
      case "validate" -> new ValidateCommand();
      case "why" -> new WhyCommand();
      case "quota" -> new QuotaCommand();
      case "models" -> new ModelsCommand();
      case "providers" -> new ProvidersCommand();
      case "cred" -> new CredCommand();
      case "mock" -> new MockCommand();
      case "train" -> new TrainCommand();
      case "version" -> new VersionCommand();
      default -> throw new IllegalArgumentException("there is no command " + name);
    };
  }

  /** A setting as {@code caravan run} would see it in this folder. */
  private static @Nullable String setting(String name) {
    Map<String, String> environment = System.getenv();
    Path home = Configuration.home(Map.of(), environment);
    return Configuration.load(home, Map.of(), environment).variables().get(name);
  }

  /**
   * The reference's flags stand without a command: {@code caravan --port 9000} means {@code caravan
   * run}.
   */
  private static String[] serverFlagsFirst(String[] args) {
    if (args.length > 0 && args[0].equals("--add-credential")) {
      String[] login = args.clone();
      login[0] = "login";
      String[] words = new String[args.length + 1];
      words[0] = "cred";
      System.arraycopy(login, 0, words, 1, login.length);
      return words;
    }
    boolean flag =
        args.length > 0
            && args[0].startsWith("--")
            && !args[0].equals("--help")
            && !args[0].equals("--version");
    if (!flag && args.length > 0) {
      return args;
    }
    if (!flag && Terminal.isThere()) {
      return args;
    }
    String[] withRun = new String[args.length + 1];
    withRun[0] = "run";
    System.arraycopy(args, 0, withRun, 1, args.length);
    return withRun;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
    return CommandLine.ExitCode.USAGE;
  }
}
