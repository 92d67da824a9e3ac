package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.TimeSource;
import dev.caravan.cli.CredDesk.CredTrouble;
import dev.caravan.oauth.AccountSources;
import dev.caravan.oauth.CredentialStore;
import dev.caravan.oauth.Headless;
import dev.caravan.oauth.Login;
import dev.caravan.oauth.LoginFailed;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.OAuth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code caravan cred}: the accounts that pay for calls. Needs no running gateway, and a running
 * one takes over what it does. Exit codes: 0 good, 1 failure, 2 wrong usage.
 */
@Command(
    name = "cred",
    description = "Logs in at providers, and looks after the accounts that calls are paid with.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CredCommand.ListThem.class,
      CredCommand.LogIn.class,
      CredCommand.Import.class,
      CredCommand.Export.class,
      CredCommand.Delete.class,
      CredCommand.Check.class,
      CredCommand.Dedup.class
    },
    footerHeading = "%nExamples%n",
    footer = {
      "  caravan cred list                             whose accounts there are",
      "  caravan cred login openai_codex               in a browser of this machine",
      "  caravan cred login openai_codex --no-browser  over SSH: paste the last address",
      "  caravan cred import openai_codex --scan       from the vendor's own program",
      "  caravan cred export openai_codex --out codex.env   for a container without files"
    })
public final class CredCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Mixin private CredDesk desk = new CredDesk();

  @Override
  public Integer call() {
    return list(spec, desk, false);
  }

  // ---- list

  private static int list(CommandSpec spec, CredDesk desk, boolean json) {
    PrintWriter out = spec.commandLine().getOut();
    boolean colours = spec.commandLine().getColorScheme().ansi().enabled();
    TextTable table = new TextTable(colours, "PROVIDER", "ACCOUNT", "WHO", "PLAN", "TOKEN", "NOTE");
    ArrayNode rows = JSON.createArrayNode();
    desk.accounts()
        .forEach(
            (provider, found) -> {
              boolean environment = found.stream().anyMatch(f -> f.file() == null);
              for (AccountSources.Found account : found) {
                boolean shadowed = environment && account.file() != null;
                row(provider, account, shadowed, table, rows);
              }
            });
    List<String> troubles =
        desk.store().list().troubles().stream()
            .map(t -> "%s: %s".formatted(t.file(), t.what()))
            .toList();
    if (json) {
      out.println(rows);
    } else if (table.isEmpty()) {
      out.printf(
          "No accounts. Log in with caravan cred login PROVIDER; providers: %s%n",
          String.join(", ", desk.providers().keySet()));
    } else {
      table.lines().forEach(out::println);
    }
    troubles.forEach(spec.commandLine().getErr()::println);
    out.flush();
    return 0;
  }

  private static void row(
      Provider provider,
      AccountSources.Found account,
      boolean shadowed,
      TextTable table,
      ArrayNode rows) {
    Map<String, String> facts = account.document().facts();
    String who = facts.getOrDefault("email", facts.getOrDefault("account_id", ""));
    String plan = facts.getOrDefault("tier", facts.getOrDefault("plan_type", ""));
    String note =
        shadowed ? "not used: the environment has accounts" : facts.getOrDefault("project", "");
    table.row(
        TextTable.Cell.of(provider.getName()),
        TextTable.Cell.of(account.name()),
        TextTable.Cell.of(who),
        TextTable.Cell.of(plan),
        TextTable.Cell.of(end(account.document().expiresAtMillis())),
        new TextTable.Cell(note, shadowed ? Style.fg_yellow : Style.faint));
    ObjectNode row = rows.addObject();
    row.put("provider", provider.getName());
    row.put("account", account.name());
    row.put("email", who);
    row.put("plan", plan);
    row.put("expires_at", account.document().expiresAtMillis());
    row.put("used", !shadowed);
  }

  static String end(long expiresAtMillis) {
    if (expiresAtMillis == 0) {
      return "end not known";
    }
    Duration left = Duration.ofMillis(expiresAtMillis - System.currentTimeMillis());
    if (left.isNegative()) {
      return "to be refreshed";
    }
    return left.toHours() >= 48
        ? "good for %d days".formatted(left.toDays())
        : left.toMinutes() >= 120
            ? "good for %d h".formatted(left.toHours())
            : "good for %d min".formatted(left.toMinutes());
  }

  @Command(name = "list", description = "Whose accounts there are, and how they stand.")
  static final class ListThem implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private CredDesk desk = new CredDesk();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
      return list(spec, desk, json);
    }
  }

  // ---- login

  @Command(
      name = "login",
      aliases = "add",
      sortOptions = false,
      description =
          "Logs in at a provider and keeps the account; one that is known already keeps its file. A running gateway takes it over within seconds.")
  static final class LogIn implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin CredDesk desk = new CredDesk();

    @Parameters(
        arity = "0..1",
        paramLabel = "PROVIDER",
        description = "Where to log in; without it the providers are listed.")
    private @Nullable String name;

    @Option(names = "--device", description = "By a code that is typed in on another machine.")
    private boolean device;

    @Option(
        names = "--cookie",
        description = "By the cookie of a browser that is logged in; it is asked for.")
    private boolean cookie;

    @Option(
        names = "--no-browser",
        description = "Show the address instead of opening it, and take the last address pasted.")
    private boolean noBrowser;

    @Option(
        names = "--label",
        paramLabel = "TEXT",
        description = "Who it is, for providers that do not tell.")
    private String label = "";

    @Option(names = "--force", description = "Even where the vendor has closed the door.")
    private boolean force;

    @Override
    public Integer call() throws InterruptedException {
      try {
        return name == null ? offer() : logIn(desk.provider(name));
      } catch (CredTrouble e) {
        spec.commandLine().getErr().println(e.getMessage());
        return e.code;
      } catch (LoginFailed e) {
        spec.commandLine().getErr().println(e.getMessage());
        return 1;
      }
    }

    private int offer() {
      PrintWriter out = spec.commandLine().getOut();
      TextTable table =
          new TextTable(
              spec.commandLine().getColorScheme().ansi().enabled(), "PROVIDER", "BY", "STATUS");
      for (Provider provider : desk.providers().values()) {
        OAuth oauth = CredDesk.oauth(provider);
        table.row(
            TextTable.Cell.of(provider.getName()),
            TextTable.Cell.of(String.join(", ", oauth.flows())),
            TextTable.Cell.of(
                oauth.statusNote().isEmpty()
                    ? oauth.status()
                    : oauth.status() + ": " + oauth.statusNote()));
      }
      if (table.isEmpty()) {
        out.println(
            "No provider that people log in at is known; docs/oauth.md tells how one is declared.");
      } else {
        out.println("Log in with caravan cred login PROVIDER:");
        table.lines().forEach(out::println);
      }
      out.flush();
      return 0;
    }

    private int logIn(Provider provider) throws LoginFailed, CredTrouble, InterruptedException {
      OAuth oauth = CredDesk.oauth(provider);
      PrintWriter out = spec.commandLine().getOut();
      if (!oauth.statusNote().isEmpty()) {
        out.printf("%s: %s%n", provider.getName(), oauth.statusNote());
      }
      if (oauth.status().equals("dead") && !force) {
        throw new CredTrouble("logins there are refused by now; --force tries it all the same", 1);
      }
      boolean headless =
          noBrowser
              || Headless.is(
                  System.getenv(),
                  System.getProperty("os.name", ""),
                  file -> Files.exists(Path.of(file)));
      boolean byDevice = device || oauth.flows().getFirst().equals("device");
      if (byDevice && !oauth.flows().contains("device")) {
        throw new CredTrouble(
            "%s has no login by device; it has: %s"
                .formatted(provider.getName(), String.join(", ", oauth.flows())),
            2);
      }
      Login login =
          new Login(
              provider,
              desk.store(),
              desk.http(provider),
              TimeSource.system(),
              desk.variables(),
              new Screen(out, headless, label));
      if (!byDevice && !cookie) {
        listen(login, desk.input);
      }
      Login.Done done =
          cookie
              ? login.byCookie(pastedCookie(provider))
              : byDevice ? login.byDevice(Login.DEVICE_LIMIT) : login.byCode(Login.LIMIT);
      out.printf("%s %s%n", done.isNew() ? "Kept as" : "Kept anew in", done.file());
      for (String fact : List.of("email", "account_id", "tier", "plan_type", "project")) {
        if (done.facts().containsKey(fact)) {
          out.printf("  %-10s %s%n", fact, done.facts().get(fact));
        }
      }
      out.println(
          "A running gateway takes it over within seconds; the first account of a provider with its next start.");
      out.flush();
      return 0;
    }

    private String pastedCookie(Provider provider) throws LoginFailed, CredTrouble {
      if (!CredDesk.oauth(provider).flows().contains("cookie")) {
        throw new CredTrouble("%s takes no cookies".formatted(provider.getName()), 2);
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println("Paste the cookie (its value, or name=value;):");
      out.flush();
      try {
        String line =
            new BufferedReader(new InputStreamReader(desk.input, StandardCharsets.UTF_8))
                .readLine();
        if (line == null || line.isBlank()) {
          throw new LoginFailed("no cookie was pasted");
        }
        return line;
      } catch (IOException e) {
        throw new LoginFailed("no cookie was pasted");
      }
    }

    /** Takes what is pasted, for as long as the login runs. */
    private static void listen(Login login, InputStream input) {
      Thread reader =
          new Thread(
              () -> {
                try {
                  BufferedReader in =
                      new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
                  String line = in.readLine();
                  while (line != null && !login.paste(line)) {
                    line = in.readLine();
                  }
                } catch (IOException e) {
                  // nobody can paste; the browser may come back all the same
                }
              },
              "paste");
      reader.setDaemon(true);
      reader.start();
    }
  }

  /** What a person at a terminal sees of a login. */
  private record Screen(PrintWriter out, boolean headless, String label) implements Login.Person {
    @Override
    public void visit(String address, String code, int port) {
      boolean opened = !headless && open(address);
      out.println(opened ? "A browser opens; if it does not, visit:" : "Visit this address:");
      out.println();
      out.println("  " + address);
      out.println();
      if (!code.isEmpty()) {
        out.printf("Its code is %s. Waiting for you to agree there ...%n", code);
      } else if (headless) {
        out.println(
            "When the browser ends at a page that it cannot show, copy the address of that page and paste it here.");
        out.printf(
            "Or let it come back by itself: ssh -L %d:localhost:%d THIS_MACHINE%n", port, port);
      }
      out.flush();
    }

    private static boolean open(String address) {
      String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
      List<String> command =
          os.contains("mac")
              ? List.of("open", address)
              : os.contains("win")
                  ? List.of("rundll32", "url.dll,FileProtocolHandler", address)
                  : List.of("xdg-open", address);
      try {
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    @Override
    public void hears(String sentence) {
      out.println(sentence);
      out.flush();
    }
  }

  // ---- import, export

  @Command(
      name = "import",
      sortOptions = false,
      description = "Copies accounts from files of other programs; those files are never written.")
  static final class Import implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private CredDesk desk = new CredDesk();

    @Parameters(paramLabel = "PROVIDER", description = "Whose accounts they are.")
    private String name = "";

    @Option(names = "--from", paramLabel = "PATH", description = "A file, or a folder of files.")
    private @Nullable Path from;

    @Option(names = "--scan", description = "Where the vendor's own program keeps them.")
    private boolean scan;

    @Override
    public Integer call() {
      try {
        Provider provider = desk.provider(name);
        OAuth oauth = CredDesk.oauth(provider);
        List<Path> places = new ArrayList<>();
        if (from != null) {
          places.add(from);
        }
        if (scan) {
          oauth
              .importFrom()
              .forEach(path -> places.add(Path.of(AccountSources.withoutTilde(path))));
        }
        if (places.isEmpty()) {
          throw new CredTrouble("say where from: --from PATH, or --scan", 2);
        }
        int taken = 0;
        for (Path place : places) {
          AccountSources.Imported done = desk.sources().importFrom(name, oauth, place);
          done.told().forEach(spec.commandLine().getOut()::println);
          taken += done.files().size();
        }
        spec.commandLine().getOut().printf("%d accounts were imported%n", taken);
        spec.commandLine().getOut().flush();
        return taken > 0 ? 0 : 1;
      } catch (CredTrouble e) {
        spec.commandLine().getErr().println(e.getMessage());
        return e.code;
      }
    }
  }

  @Command(
      name = "export",
      sortOptions = false,
      description =
          "Writes accounts as variables, for containers without files. Whoever has the file has the accounts.")
  static final class Export implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private CredDesk desk = new CredDesk();

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "PROVIDER",
        description = "Whose accounts; without it all.")
    private @Nullable String name;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "NUMBER",
        description = "The number of its file; without it all of the provider.")
    private @Nullable Integer number;

    @Option(names = "--out", paramLabel = "FILE", description = "Where to; it must not exist.")
    private @Nullable Path file;

    @Option(names = "--stdout", description = "Print it; whoever looks on sees the tokens.")
    private boolean print;

    @Override
    public Integer call() {
      try {
        if (name != null) {
          desk.provider(name);
        }
        String text = text();
        PrintWriter out = spec.commandLine().getOut();
        if (print) {
          out.print(text);
        } else if (file == null) {
          throw new CredTrouble("say where to: --out FILE, or --stdout", 2);
        } else {
          write(file, text);
          out.printf(
              "Written to %s. It shares its refresh tokens with the files here: where those rotate, use one of the two.%n",
              file);
        }
        out.flush();
        return 0;
      } catch (CredTrouble e) {
        spec.commandLine().getErr().println(e.getMessage());
        return e.code;
      } catch (IOException e) {
        spec.commandLine().getErr().printf("it cannot be written: %s%n", e.getMessage());
        return 1;
      }
    }

    private String text() throws CredTrouble {
      StringBuilder text = new StringBuilder();
      for (CredentialStore.Stored stored : desk.store().list().accounts()) {
        if ((name == null || stored.provider().equals(name))
            && (number == null || stored.number() == number)) {
          text.append("# ").append(stored.provider()).append(", ").append(stored.name());
          text.append(", ").append(stored.document().fact("email")).append('\n');
          AccountSources.exported(
                  stored.provider(),
                  stored.number() == Integer.MAX_VALUE ? 1 : stored.number(),
                  stored.document(),
                  System.currentTimeMillis())
              .forEach(
                  (variable, value) -> text.append(variable).append('=').append(quoted(value)));
          text.append('\n');
        }
      }
      if (text.isEmpty()) {
        throw new CredTrouble("there is no such account; caravan cred list shows what there is", 1);
      }
      return text.toString();
    }

    private static String quoted(String value) {
      return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"\n";
    }

    private static void write(Path file, String text) throws IOException {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.createFile(file);
      var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (view != null) {
        view.setPermissions(PosixFilePermissions.fromString("rw-------"));
      }
      Files.writeString(file, text);
    }
  }

  // ---- delete, check, dedup

  @Command(
      name = "delete",
      description = "Moves an account's file to backups/; a running gateway stops using it.")
  static final class Delete implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private CredDesk desk = new CredDesk();

    @Parameters(index = "0", paramLabel = "PROVIDER", description = "Whose account it is.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "NUMBER", description = "The number of its file.")
    private int number;

    @Override
    public Integer call() {
      for (CredentialStore.Stored stored : desk.store().list().of(name)) {
        if (stored.number() == number) {
          try {
            Path kept = desk.store().remove(stored.file());
            spec.commandLine()
                .getOut()
                .printf(
                    "%s is kept as %s; its tokens are good until the vendor ends them%n",
                    stored.name(), kept);
            spec.commandLine().getOut().flush();
            return 0;
          } catch (IOException e) {
            spec.commandLine().getErr().printf("it cannot be moved: %s%n", e.getMessage());
            return 1;
          }
        }
      }
      spec.commandLine()
          .getErr()
          .printf(
              "%s has no account with the number %d; caravan cred list shows what there is%n",
              name, number);
      return 1;
    }
  }

  @Command(
      name = "check",
      description =
          "Looks whether files can be read and whether tokens are taken, without refreshing any.")
  static final class Check implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private CredDesk desk = new CredDesk();

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      boolean good = true;
      for (Map.Entry<Provider, List<AccountSources.Found>> entry : desk.accounts().entrySet()) {
        for (AccountSources.Found account : entry.getValue()) {
          String verdict = verdict(entry.getKey(), account);
          good &= !verdict.startsWith("refused");
          out.printf("%s %s: %s%n", entry.getKey().getName(), account.name(), verdict);
        }
      }
      for (CredentialStore.Trouble trouble : desk.store().list().troubles()) {
        good = false;
        out.printf("%s: %s%n", trouble.file(), trouble.what());
      }
      out.flush();
      return good ? 0 : 1;
    }

    private String verdict(Provider provider, AccountSources.Found account) {
      String url = CredDesk.oauth(provider).userInfoUrl();
      long end = account.document().expiresAtMillis();
      if (end <= System.currentTimeMillis() || url.isEmpty()) {
        return end(end) + " (not asked)";
      }
      try {
        AccountClient.Answer answer =
            desk.http(provider)
                .send(AccountClient.Request.get(url).withBearer(account.document().accessToken()));
        return answer.isGood()
            ? end(end) + ", taken by the provider"
            : "refused with " + answer.status();
      } catch (IOException e) {
        return "not known: " + e.getMessage();
      }
    }
  }

  @Command(
      name = "dedup",
      description =
          "Finds accounts that are there twice; with --yes the older file goes to backups/.")
  static final class Dedup implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin private CredDesk desk = new CredDesk();

    @Option(names = "--yes", description = "Move the older ones to backups/.")
    private boolean yes;

    @Override
    public Integer call() {
      Map<String, CredentialStore.Stored> first = new LinkedHashMap<>();
      int twice = 0;
      PrintWriter out = spec.commandLine().getOut();
      for (CredentialStore.Stored stored : desk.store().list().accounts()) {
        String key = stored.provider() + "|" + stored.document().identity();
        CredentialStore.Stored other =
            stored.document().identity().isEmpty() ? null : first.putIfAbsent(key, stored);
        if (other != null) {
          twice++;
          boolean newer = stored.document().expiresAtMillis() > other.document().expiresAtMillis();
          CredentialStore.Stored old = newer ? other : stored;
          first.put(key, newer ? stored : other);
          out.printf("%s and %s are one account%n", other.name(), stored.name());
          if (yes && !move(old, out)) {
            return 1;
          }
        }
      }
      out.println(twice == 0 ? "No account is there twice." : yes ? "Done." : "--yes merges them.");
      out.flush();
      return twice == 0 || yes ? 0 : 1;
    }

    private boolean move(CredentialStore.Stored old, PrintWriter out) {
      try {
        out.printf("  %s was moved to %s%n", old.name(), desk.store().remove(old.file()));
        return true;
      } catch (IOException e) {
        spec.commandLine().getErr().printf("%s cannot be moved: %s%n", old.name(), e.getMessage());
        return false;
      }
    }
  }
}
