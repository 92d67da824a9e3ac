package dev.caravan.cli.cred;

import dev.caravan.oauth.CredentialStore.Stored;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code caravan cred dedup}. */
@Command(
    name = "dedup",
    description =
        "Finds accounts that are there twice; with --yes the older file goes to backups/.")
final class DedupCommand extends CredAction {
  @Option(names = "--yes", description = "Move the older ones to backups/.")
  private boolean yes;

  @Override
  int act() throws CredTrouble {
    Map<String, Stored> first = new LinkedHashMap<>();
    int twice = 0;
    for (Stored stored : desk.store().list().accounts()) {
      String key = stored.provider() + "|" + stored.document().identity();
      Stored other = stored.document().identity().isEmpty() ? null : first.putIfAbsent(key, stored);
      if (other != null) {
        twice++;
        boolean newer = stored.document().expiresAtMillis() > other.document().expiresAtMillis();
        first.put(key, newer ? stored : other);
        desk.out().printf("%s and %s are one account%n", other.name(), stored.name());
        if (yes) {
          move(newer ? other : stored);
        }
      }
    }
    desk.out()
        .println(twice == 0 ? "No account is there twice." : yes ? "Done." : "--yes merges them.");
    return twice == 0 || yes ? 0 : 1;
  }

  private void move(Stored old) throws CredTrouble {
    try {
      desk.out().printf("  %s was moved to %s%n", old.name(), desk.store().remove(old.file()));
    } catch (IOException e) {
      throw new CredTrouble("%s cannot be moved: %s".formatted(old.name(), e.getMessage()), 1);
    }
  }
}
