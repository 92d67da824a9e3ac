package dev.caravan.cli.cred;

import dev.caravan.oauth.AccountSources.Found;
import dev.caravan.oauth.CredentialStore.Trouble;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code caravan cred check}. */
@Command(
    name = "check",
    description =
        "Looks whether files can be read and whether tokens are taken, without refreshing any.")
final class CheckCommand extends CredAction {
  @Override
  int act() {
    boolean good = true;
    for (Map.Entry<Provider, List<Found>> entry : desk.accounts().entrySet()) {
      for (Found account : entry.getValue()) {
        String verdict = verdict(entry.getKey(), account);
        good &= !verdict.startsWith("refused");
        desk.out().printf("%s %s: %s%n", entry.getKey().getName(), account.name(), verdict);
      }
    }
    for (Trouble trouble : desk.store().list().troubles()) {
      good = false;
      desk.out().printf("%s: %s%n", trouble.file(), trouble.what());
    }
    return good ? 0 : 1;
  }

  private String verdict(Provider provider, Found account) {
    String url = CredDesk.oauth(provider).userInfoUrl();
    long end = account.document().expiresAtMillis();
    if (end <= System.currentTimeMillis() || url.isEmpty()) {
      return ListCommand.end(end) + " (not asked)";
    }
    try {
      AccountClient.Answer answer =
          desk.http(provider)
              .send(AccountClient.Request.get(url).withBearer(account.document().accessToken()));
      return answer.isGood()
          ? ListCommand.end(end) + ", taken by the provider"
          : "refused with " + answer.status();
    } catch (IOException e) {
      return "not known: " + e.getMessage();
    }
  }
}
