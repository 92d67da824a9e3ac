package dev.caravan.oauth;

import dev.caravan.call.Deadline;
import dev.caravan.mock.MockLogin;
import dev.caravan.provider.Provider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What an account needs around it, with a clock that a test moves. */
final class House {
  final Clock clock = new Clock();
  final Map<String, String> variables = new LinkedHashMap<>();
  final List<String> changes = new CopyOnWriteArrayList<>();
  final Surroundings around;
  final Provider provider = Provider.named("club");
  final CredentialStore store;

  House(MockLogin login, Path folder) {
    this(login, new CredentialStore(folder));
  }

  House(MockLogin login, CredentialStore store) {
    variables.put("CLUB_OAUTH_CLIENT_ID", "caravan-test");
    around =
        new Surroundings(
            clock,
            proxy -> new AccountHttp("caravan/test", address -> null, clock::pause),
            () -> variables,
            secret -> {},
            account -> changes.add(account.name() + " " + account.status().word()),
            AccountLock.local());
    provider.setBaseUrl(login.url() + "/v1");
    provider.setOauth(oauth(login));
    this.store = store;
  }

  static Map<String, String> oauth(MockLogin login) {
    Map<String, String> oauth = new LinkedHashMap<>();
    oauth.put("flow", "code, device");
    oauth.put("authorizationUrl", login.url() + "/authorize");
    oauth.put("tokenUrl", login.url() + "/token");
    oauth.put("deviceUrl", login.url() + "/device");
    oauth.put("userInfoUrl", login.url() + "/userinfo");
    oauth.put("scopes", "openid email");
    oauth.put("callbackPort", "0");
    oauth.put("rotates", "true");
    return oauth;
  }

  OAuthAccount account(AccountDocument document) throws Exception {
    return account(document, store.add("club", document));
  }

  OAuthAccount account(AccountDocument document, Path file) {
    return new OAuthAccount(
        String.valueOf(file.getFileName()), "f1", file, store, provider, document, around, 0);
  }

  /** An account whose token ends so many seconds from now. */
  static AccountDocument document(String access, String refresh, long endsInSeconds) {
    return AccountDocument.ofMembers(
            Map.of(
                "access_token",
                access,
                "refresh_token",
                refresh,
                "expiry_date",
                String.valueOf(Clock.NOW + endsInSeconds * 1000)))
        .withFacts(Map.of("email", "ann@example.org"));
  }

  /** The machine's own time: how long a test waits for what happens elsewhere. */
  static Deadline deadline() {
    return Deadline.in(Duration.ofSeconds(20), dev.caravan.call.TimeSource.system());
  }
}
