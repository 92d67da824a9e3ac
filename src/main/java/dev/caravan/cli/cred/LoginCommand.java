package dev.caravan.cli.cred;

import dev.caravan.call.TimeSource;
import dev.caravan.cli.TextTable;
import dev.caravan.cli.TextTable.Cell;
import dev.caravan.oauth.CredentialStore.Stored;
import dev.caravan.oauth.Headless;
import dev.caravan.oauth.Login;
import dev.caravan.oauth.LoginFailed;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.OAuth;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan cred login}. */
@Command(
    name = "login",
    aliases = "add",
    sortOptions = false,
    description =
        "Logs in at a provider and keeps the account; one that is known already keeps its file. A running gateway takes it over within seconds.")
final class LoginCommand extends CredAction {
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
      names = "--qr",
      negatable = true,
      description = "With --device: draw its address for a phone (default: where it fits).")
  private @Nullable Boolean qr;

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      description = "Who it is, for providers that do not tell.")
  private String label = "";

  @Option(names = "--force", description = "Even where the vendor has closed the door.")
  private boolean force;

  @Override
  int act() throws CredTrouble, LoginFailed, InterruptedException {
    return name == null ? offer() : logIn(desk.provider(name));
  }

  private int offer() {
    TextTable table = new TextTable(desk.colours(), "PROVIDER", "BY", "STATUS");
    for (Provider provider : desk.providers().values()) {
      OAuth oauth = CredDesk.oauth(provider);
      table.row(
          Cell.of(provider.getName()),
          Cell.of(String.join(", ", oauth.flows())),
          Cell.of(
              oauth.statusNote().isEmpty()
                  ? oauth.status()
                  : oauth.status() + ": " + oauth.statusNote()));
    }
    if (table.isEmpty()) {
      desk.out()
          .println(
              "No provider that people log in at is known; docs/oauth.md tells how one is declared.");
    } else {
      desk.out().println("Log in with caravan cred login PROVIDER:");
      table.lines().forEach(desk.out()::println);
    }
    return 0;
  }

  private int logIn(Provider provider) throws LoginFailed, CredTrouble, InterruptedException {
    OAuth oauth = CredDesk.oauth(provider);
    if (!oauth.statusNote().isEmpty()) {
      desk.out().printf("%s: %s%n", provider.getName(), oauth.statusNote());
    }
    if (oauth.status().equals("dead") && !force) {
      throw new CredTrouble("logins there are refused by now; --force tries it all the same", 1);
    }
    boolean byDevice = device || oauth.flows().getFirst().equals("device");
    if (cookie && !oauth.flows().contains("cookie")) {
      throw new CredTrouble("%s takes no cookies".formatted(provider.getName()), 2);
    }
    if (byDevice && !oauth.flows().contains("device")) {
      throw new CredTrouble(
          "%s has no login by device; it has: %s"
              .formatted(provider.getName(), String.join(", ", oauth.flows())),
          2);
    }
    tellWhoIsThere(provider);
    boolean headless =
        noBrowser
            || Headless.is(
                System.getenv(),
                System.getProperty("os.name", ""),
                file -> Files.exists(Path.of(file)));
    LoginScreen screen =
        new LoginScreen(
            desk.out(), desk.colours(), headless ? address -> false : desk.browser, qr, label);
    Login login =
        new Login(
            provider,
            desk.store(),
            desk.http(provider),
            TimeSource.system(),
            desk.variables(),
            screen);
    if (!byDevice && !cookie) {
      listen(login);
    }
    Login.Done done;
    try {
      done =
          cookie
              ? login.byCookie(pastedCookie())
              : byDevice
                  ? login.byDevice(
                      oauth.devicesAreGrantedCodes() ? Login.DEVICE_LIMIT : Login.LIMIT)
                  : login.byCode(Login.LIMIT, headless ? Login.Port.WISHED : Login.Port.NEEDED);
    } finally {
      screen.over();
    }
    desk.out().printf("%s %s%n", done.isNew() ? "Kept as" : "Kept anew in", done.file());
    for (String fact : List.of("email", "account_id", "tier", "plan_type", "project")) {
      if (done.facts().containsKey(fact)) {
        desk.out().printf("  %-10s %s%n", fact, done.facts().get(fact));
      }
    }
    desk.out().println("A running gateway takes it over within seconds.");
    return 0;
  }

  private void tellWhoIsThere(Provider provider) {
    for (Stored stored : desk.store().list().of(provider.getName())) {
      String email = stored.document().fact("email");
      desk.out()
          .printf("There is %s already%s.%n", stored.name(), email.isEmpty() ? "" : " of " + email);
    }
  }

  private String pastedCookie() throws LoginFailed {
    desk.out().println("Paste the cookie, its value or name=value;:");
    desk.out().flush();
    try {
      String line =
          new BufferedReader(new InputStreamReader(desk.input, StandardCharsets.UTF_8)).readLine();
      if (line == null || line.isBlank()) {
        throw new LoginFailed("no cookie was pasted");
      }
      return line;
    } catch (IOException e) {
      throw new LoginFailed("no cookie was pasted");
    }
  }

  /** Takes what is pasted, for as long as the login runs. */
  private void listen(Login login) {
    Thread reader =
        new Thread(
            () -> {
              try {
                BufferedReader in =
                    new BufferedReader(new InputStreamReader(desk.input, StandardCharsets.UTF_8));
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
