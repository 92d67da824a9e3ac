package dev.caravan.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan routes}: the route files of a running gateway. */
@Command(
    name = "routes",
    description = "See and change which route files a running gateway serves.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RoutesCommand.Status.class,
      RoutesCommand.Reload.class,
      RoutesCommand.Rollback.class,
      RoutesCommand.Diff.class,
      RoutesCommand.History.class
    },
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan routes                    what serves, and what is wrong with the folder",
      "  caravan routes reload --dry-run   would the folder be taken over?",
      "  caravan routes diff               what differs between the folder and what serves",
      "  caravan routes rollback           back to the set of files before",
      "",
      "A gateway that runs takes changed files over by itself, unless ROUTES_WATCH=false."
    })
public final class RoutesCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Mixin private Common common = new Common();

  @Override
  public Integer call() throws InterruptedException {
    return common.ask(
        spec, admin -> new RoutesScreen(common.json, spec).status(admin.get("/routes")));
  }

  /** What all of them take. */
  static final class Common {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this text.")
    boolean help;

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    @Mixin private AdminOptions gateway = new AdminOptions();

    int ask(CommandSpec spec, AdminOptions.Question question) throws InterruptedException {
      return gateway.ask(spec, question);
    }
  }

  @Command(name = "status", description = "What serves, and what is wrong with the folder.")
  static final class Status implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Override
    public Integer call() throws InterruptedException {
      return common.ask(
          spec, admin -> new RoutesScreen(common.json, spec).status(admin.get("/routes")));
    }
  }

  @Command(
      name = "reload",
      description =
          "Take the folder over as it is now. What cannot be used is refused as a whole, with file and line.")
  static final class Reload implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Option(names = "--dry-run", description = "Build and try it, and leave what serves as it is.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
      return common.ask(
          spec,
          admin ->
              new RoutesScreen(common.json, spec)
                  .change(admin.post("/reload" + (dryRun ? "?dryRun=true" : ""), null)));
    }
  }

  @Command(
      name = "rollback",
      description =
          "Go back to a set of files that was live. The folder stays as it is; its next change is taken over again.")
  static final class Rollback implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Option(
        names = "--to",
        paramLabel = "NUMBER",
        description = "A generation of the history (default: the one before the live one).")
    private @Nullable Integer to;

    @Option(names = "--dry-run", description = "Only tell what would change.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
      String query = "?dryRun=" + dryRun + (to == null ? "" : "&to=" + to);
      return common.ask(
          spec,
          admin ->
              new RoutesScreen(common.json, spec)
                  .change(admin.post("/routes/rollback" + query, null)));
    }
  }

  @Command(
      name = "diff",
      description = "What differs between two sets of route files, line by line.")
  static final class Diff implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "FROM",
        description = "live, folder, or a number of the history (default: live).")
    private String from = "live";

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TO",
        description = "The same (default: folder).")
    private String to = "folder";

    @Override
    public Integer call() throws InterruptedException {
      return common.ask(
          spec,
          admin ->
              new RoutesScreen(common.json, spec)
                  .diff(admin.get("/routes/diff?from=%s&to=%s".formatted(from, to))));
    }
  }

  @Command(name = "history", description = "The last sets of files that were live.")
  static final class History implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private Common common = new Common();

    @Override
    public Integer call() throws InterruptedException {
      return common.ask(
          spec, admin -> new RoutesScreen(common.json, spec).history(admin.get("/routes/history")));
    }
  }

  static int exit(boolean good) {
    return good ? ExitCode.OK : ExitCode.SOFTWARE;
  }
}
