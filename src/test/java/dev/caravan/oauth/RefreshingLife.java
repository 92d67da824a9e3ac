package dev.caravan.oauth;

import dev.caravan.call.Access;
import dev.caravan.call.Deadline;
import dev.caravan.call.TimeSource;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * A process that does nothing but refresh accounts and use their tokens, until it is killed: the
 * real store, the real steward, the real files. Arguments: the folder of accounts, the address of
 * the identity provider.
 */
public final class RefreshingLife {
  private static final String PROVIDER = "club";

  private RefreshingLife() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    String url = arguments[1];
    AccountHttp http = new AccountHttp("caravan/test", address -> null, Thread::sleep);
    Surroundings around =
        new Surroundings(
            TimeSource.system(),
            proxy -> http,
            () -> Map.of("CLUB_OAUTH_CLIENT_ID", "caravan-test"),
            secret -> {},
            account -> {},
            new FolderLock(folder));
    Provider provider = Provider.named(PROVIDER);
    provider.setBaseUrl(url);
    provider.setOauth(
        Map.of(
            "tokenUrl", url + "/token",
            "authorizationUrl", url + "/authorize",
            "rotates", "true"));
    Accounts accounts =
        new Accounts(
            new CredentialStore(folder),
            around,
            UnaryOperator.identity(),
            Duration.ofMinutes(10),
            false,
            new SplittableRandom());
    List<Thread> threads = new ArrayList<>();
    for (OAuthAccount account : accounts.of(provider)) {
      threads.add(Thread.startVirtualThread(() -> live(account, http, url)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void live(OAuthAccount account, AccountClient http, String url) {
    try {
      while (account.status() == AccountStatus.READY) {
        account.refresh().join();
        Access access = account.access(Deadline.in(Duration.ofSeconds(5), TimeSource.system()));
        http.send(AccountClient.Request.get(url + "/use").withBearer(access.token().reveal()));
      }
    } catch (java.io.IOException e) {
      System.err.println(e.getMessage());
    }
  }
}
