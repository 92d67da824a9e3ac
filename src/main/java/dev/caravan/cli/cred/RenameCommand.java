package dev.caravan.cli.cred;

import dev.caravan.oauth.AccountLock;
import dev.caravan.oauth.CredentialStore.Stored;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan cred rename}. */
@Command(
    name = "rename",
    sortOptions = false,
    description =
        "Gives an account the name that lists and the quota page show. Its file and its history stay.")
final class RenameCommand extends CredAction {
  @Parameters(index = "0", paramLabel = "PROVIDER", description = "Whose account it is.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NUMBER", description = "The number of its file.")
  private int number;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NAME",
      description = "What to call it; \"\" takes its name away.")
  private @Nullable String label;

  @Option(
      names = "--email",
      paramLabel = "ADDRESS",
      description = "Corrects whose account it is; accounts are told apart by that.")
  private @Nullable String email;

  @Override
  int act() throws CredTrouble, IOException, InterruptedException {
    if (label == null && email == null) {
      throw new CredTrouble("say how: NAME, or --email ADDRESS", 2);
    }
    Stored stored = desk.stored(name, number);
    try (AccountLock.Held _ = desk.hold(stored)) {
      rename(stored);
    }
    return 0;
  }

  private void rename(Stored stored) throws IOException {
    String before = stored.document().identity();
    Stored now = stored;
    if (label != null) {
      now = desk.store().note(now, Map.of("label", label.strip()));
      desk.out()
          .println(
              label.isBlank()
                  ? now.name() + " has no name any more."
                  : "%s is called %s now.".formatted(now.name(), label.strip()));
    }
    if (email != null) {
      now = desk.store().note(now, Map.of("email", email.strip()));
      desk.out().printf("%s is of %s now.%n", now.name(), email.strip());
    }
    if (!now.document().identity().equals(before)) {
      desk.err()
          .println(
              "Nothing but that tells this account from others, so what was counted of it stays with the old one.");
    }
  }
}
