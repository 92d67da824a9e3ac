package dev.caravan.cli.cred;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.cli.TextTable;
import dev.caravan.cli.TextTable.Cell;
import dev.caravan.oauth.AccountSources.Found;
import dev.caravan.provider.Provider;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Option;

/** {@code caravan cred list}. */
@Command(name = "list", description = "Whose accounts there are, and how they stand.")
final class ListCommand extends CredAction {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  int act() {
    return list(desk, json);
  }

  static int list(CredDesk desk, boolean json) {
    TextTable table =
        new TextTable(desk.colours(), "PROVIDER", "ACCOUNT", "WHO", "PLAN", "TOKEN", "NOTE");
    ArrayNode rows = JSON.createArrayNode();
    desk.accounts()
        .forEach(
            (provider, found) -> {
              boolean environment = found.stream().anyMatch(f -> f.file() == null);
              Map<String, String> first = new HashMap<>();
              for (Found account : found) {
                String twin = first.putIfAbsent(account.identity(), account.name());
                row(provider, account, unused(account, environment, twin), table, rows);
              }
            });
    if (json) {
      desk.out().println(rows);
    } else if (table.isEmpty()) {
      desk.out()
          .printf(
              "No accounts. Log in with caravan cred login PROVIDER; providers: %s%n",
              String.join(", ", desk.providers().keySet()));
    } else {
      table.lines().forEach(desk.out()::println);
    }
    desk.out().flush();
    desk.store().list().troubles().forEach(t -> desk.err().printf("%s: %s%n", t.file(), t.what()));
    return 0;
  }

  /** Why calls are not paid with it, empty when they are. */
  private static String unused(Found account, boolean environment, @Nullable String twin) {
    return environment && account.file() != null
        ? "not used: the environment has accounts"
        : twin != null
            ? "not used: it is the account of " + twin
            : account.document().isDisabled() ? "not used: it is disabled in its file" : "";
  }

  private static void row(
      Provider provider, Found account, String unused, TextTable table, ArrayNode rows) {
    Map<String, String> facts = account.document().facts();
    String email = facts.getOrDefault("email", facts.getOrDefault("account_id", ""));
    String label = facts.getOrDefault("label", "");
    String plan = facts.getOrDefault("tier", facts.getOrDefault("plan_type", ""));
    boolean isUsed = unused.isEmpty();
    table.row(
        Cell.of(provider.getName()),
        Cell.of(account.name()),
        Cell.of(label.isEmpty() ? email : email.isEmpty() ? label : label + " (" + email + ")"),
        Cell.of(plan),
        Cell.of(end(account.document().expiresAtMillis())),
        isUsed
            ? new Cell(facts.getOrDefault("project", ""), Style.faint)
            : new Cell(unused, Style.fg_yellow));
    ObjectNode row = rows.addObject();
    row.put("provider", provider.getName());
    row.put("account", account.name());
    row.put("email", email);
    row.put("label", label);
    row.put("plan", plan);
    row.put("expires_at", account.document().expiresAtMillis());
    row.put("used", isUsed);
  }

  /** What is left of a token, in words. */
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
}
