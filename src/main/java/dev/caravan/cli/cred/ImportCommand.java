package dev.caravan.cli.cred;

import dev.caravan.oauth.AccountSources;
import dev.caravan.provider.account.OAuth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan cred import}. */
@Command(
    name = "import",
    sortOptions = false,
    description = "Copies accounts from files of other programs; those files are never written.")
final class ImportCommand extends CredAction {
  @Parameters(paramLabel = "PROVIDER", description = "Whose accounts they are.")
  private String name = "";

  @Option(names = "--from", paramLabel = "PATH", description = "A file, or a folder of files.")
  private @Nullable Path from;

  @Option(names = "--scan", description = "Where the vendor's own program keeps them.")
  private boolean scan;

  @Override
  int act() throws CredTrouble {
    OAuth oauth = CredDesk.oauth(desk.provider(name));
    List<Path> places = new ArrayList<>();
    if (from != null) {
      places.add(from);
    }
    if (scan) {
      oauth.importFrom().forEach(path -> places.add(Path.of(AccountSources.withoutTilde(path))));
    }
    if (places.isEmpty()) {
      throw new CredTrouble("say where from: --from PATH, or --scan", 2);
    }
    int taken = 0;
    for (Path place : places) {
      AccountSources.Imported done = desk.sources().importFrom(name, oauth, place);
      done.told().forEach(desk.out()::println);
      taken += done.files().size();
    }
    desk.out().printf("%d accounts were imported%n", taken);
    return taken > 0 ? 0 : 1;
  }
}
