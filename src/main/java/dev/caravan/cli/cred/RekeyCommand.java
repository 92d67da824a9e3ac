package dev.caravan.cli.cred;

import dev.caravan.oauth.AccountLock;
import dev.caravan.oauth.CredentialStore;
import dev.caravan.oauth.CredentialStore.Listing;
import dev.caravan.oauth.CredentialStore.Stored;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code caravan cred rekey}. */
@Command(
    name = "rekey",
    sortOptions = false,
    description = {
      "Writes the files of accounts as CREDENTIAL_STORE and CREDENTIAL_STORE_KEY want them: encrypted, with another key, or as they are.",
      "For another key set CREDENTIAL_STORE_OLD_KEY to the one before. Keys are read from the environment or .env, never from the command line."
    })
final class RekeyCommand extends CredAction {
  @Override
  int act() throws IOException, InterruptedException {
    CredentialStore store = desk.store();
    Listing listing = store.list();
    int written = 0;
    for (Stored stored : listing.accounts()) {
      boolean rewritten;
      try (AccountLock.Held _ = desk.hold(stored)) {
        rewritten = store.rewrite(stored.file());
      }
      if (rewritten) {
        written++;
        desk.out()
            .printf(
                store.encrypts() ? "%s is encrypted now%n" : "%s is not encrypted any more%n",
                stored.name());
      }
    }
    listing.troubles().forEach(t -> desk.err().printf("%s: %s%n", t.file(), t.what()));
    desk.out().printf("%d of %d files were written anew%n", written, listing.accounts().size());
    return listing.troubles().isEmpty() ? 0 : 1;
  }
}
