package dev.caravan.cli.cred;

import dev.caravan.oauth.CredentialStore.Stored;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code caravan cred delete}. */
@Command(
    name = "delete",
    description = "Moves an account's file to backups/; a running gateway stops using it.")
final class DeleteCommand extends CredAction {
  @Parameters(index = "0", paramLabel = "PROVIDER", description = "Whose account it is.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NUMBER", description = "The number of its file.")
  private int number;

  @Override
  int act() throws CredTrouble {
    Stored stored = desk.stored(name, number);
    try {
      desk.out()
          .printf(
              "%s is kept as %s; its tokens are good until the vendor ends them%n",
              stored.name(), desk.store().remove(stored.file()));
      return 0;
    } catch (IOException e) {
      throw new CredTrouble("it cannot be moved: " + e.getMessage(), 1);
    }
  }
}
