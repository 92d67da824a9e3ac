package dev.caravan.cli.cred;

import dev.caravan.oauth.AccountSources;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  @Parameters(paramLabel = "PROVIDER", description = "Whose accounts they are.")
  private String name = "";

  @Option(names = "--from", paramLabel = "PATH", description = "A file, or a folder of files.")
  private @Nullable Path from;

  @Option(names = "--scan", description = "Where the vendor's own program keeps them.")
  private boolean scan;

  @Option(
      names = "--watch",
      description =
          "Go on and take over what the other program writes, until Ctrl-C. The younger token wins.")
  private boolean watch;

  @Override
  int act() throws CredTrouble, InterruptedException {
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
    List<String> seen = look(places);
    int taken = 0;
    for (Path place : places) {
      taken += take(oauth, place);
    }
    desk.out().printf("%d accounts were imported%n", taken);
    if (watch) {
      follow(oauth, places, seen);
    }
    return taken > 0 ? 0 : 1;
  }

  private int take(OAuth oauth, Path place) {
    AccountSources.Imported done = desk.sources().importFrom(name, oauth, place);
    done.told().forEach(desk.out()::println);
    return done.files().size();
  }

  // looks instead of asking the system to be told: a folder may be mounted, or not be there yet
  private void follow(OAuth oauth, List<Path> places, List<String> taken)
      throws InterruptedException {
    desk.out().println("Following what is written there; Ctrl-C ends it.");
    desk.out().flush();
    List<String> seen = taken;
    while (true) {
      Thread.sleep(LOOK_EVERY);
      List<String> now = look(places);
      for (int i = 0; i < places.size(); i++) {
        if (!now.get(i).equals(seen.get(i))) {
          take(oauth, places.get(i));
          desk.out().flush();
        }
      }
      seen = now;
    }
  }

  private static List<String> look(List<Path> places) {
    return places.stream().map(ImportCommand::look).toList();
  }

  /** What changes when a file of the place does. */
  private static String look(Path place) {
    try (Stream<Path> files = Files.walk(place, 1)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.sorted().toList()) {
        all.append(file).append(' ').append(Files.getLastModifiedTime(file)).append(' ');
        all.append(Files.size(file)).append('\n');
      }
      return all.toString();
    } catch (IOException | UncheckedIOException e) {
      return ""; // it is not there, or was just being replaced
    }
  }
}
