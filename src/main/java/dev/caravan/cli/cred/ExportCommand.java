package dev.caravan.cli.cred;

import dev.caravan.cli.cred.ExportFormat.Exported;
import dev.caravan.oauth.AccountSources;
import dev.caravan.oauth.CredentialStore.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan cred export}. */
@Command(
    name = "export",
    sortOptions = false,
    description =
        "Writes accounts as variables, for containers without files. Whoever has the file has the accounts.")
final class ExportCommand extends CredAction {
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

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = ExportFormat.Reader.class,
      description =
          "env (default), docker-env (for --env-file), k8s-secret (a manifest), render (for its API).")
  private ExportFormat format = ExportFormat.ENV;

  @Option(names = "--stdout", description = "Print it; whoever looks on sees the tokens.")
  private boolean print;

  @Override
  int act() throws CredTrouble {
    if (name != null) {
      desk.provider(name);
    }
    String text = text();
    if (print) {
      desk.out().print(text);
    } else if (file == null) {
      throw new CredTrouble("say where to: --out FILE, or --stdout", 2);
    } else {
      try {
        write(file, text);
      } catch (IOException e) {
        throw new CredTrouble("it cannot be written: " + e.getMessage(), 1);
      }
      desk.out()
          .printf(
              "Written to %s. It shares its refresh tokens with the files here: where those rotate, use one of the two.%n",
              file);
    }
    return 0;
  }

  private String text() throws CredTrouble {
    List<Exported> accounts = new ArrayList<>();
    for (Stored stored : desk.store().list().accounts()) {
      if ((name == null || stored.provider().equals(name))
          && (number == null || stored.number() == number)) {
        accounts.add(
            new Exported(
                "%s, %s, %s"
                    .formatted(stored.provider(), stored.name(), stored.document().fact("email")),
                AccountSources.exported(
                    stored.provider(),
                    stored.number() == Integer.MAX_VALUE ? 1 : stored.number(),
                    stored.document(),
                    System.currentTimeMillis())));
      }
    }
    if (accounts.isEmpty()) {
      throw new CredTrouble("there is no such account; caravan cred list shows what there is", 1);
    }
    return format.of(accounts);
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
