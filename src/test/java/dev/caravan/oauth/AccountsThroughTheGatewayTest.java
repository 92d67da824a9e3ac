package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.MockLogin;
import dev.caravan.pool.PoolView;
import dev.caravan.route.AccountCare;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From a credential file or the environment to an answer, over real sockets all the way. */
class AccountsThroughTheGatewayTest {
  @RegisterExtension final GatewayFixture fixture = new GatewayFixture();

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin login;

  @BeforeEach
  void start() throws Exception {
    login = MockLogin.start(0);
    fixture
        .with("CLUB_OAUTH_CLIENT_ID", "caravan-test")
        .with("ROTATION_MODE_CLUB", "sequential")
        .withRouteFile(
            "providers/club.yaml",
            """
            - beans:
                - name: club
                  type: dev.caravan.provider.Provider
                  properties:
                    baseUrl: %1$s/v1
                    tiers: "PRO=1, FREE=5"
                    oauth:
                      tokenUrl: %1$s/token
                      authorizationUrl: %1$s/authorize
                      callbackPort: "0"
                      rotates: "true"
                      headers: "X-Club-Account: ${account_id}"
            - templatedRoute:
                routeTemplateRef: openai-compatible
                parameters:
                  - {name: provider, value: club}
            """
                .formatted(login.url()));
  }

  @AfterEach
  void stop() {
    login.close();
  }

  private Path save(int number, AccountDocument document) throws Exception {
    CredentialStore store = new CredentialStore(fixture.home().resolve("oauth_creds"));
    Path file = store.folder().resolve("club_oauth_" + number + ".json");
    store.save(file, document);
    return file;
  }

  private AccountDocument account(String who, long endsInSeconds) {
    return AccountDocument.ofMembers(
            Map.of(
                "access_token",
                login.issue(who),
                "refresh_token",
                login.grant(who),
                "expiry_date",
                String.valueOf(System.currentTimeMillis() + endsInSeconds * 1000)))
        .withFacts(Map.of("email", who));
  }

  private PoolView.CredentialView credential(int number) {
    return fixture.pool("club").credentials().get(number - 1);
  }

  private void tend() {
    AccountCare care =
        fixture
            .gateway()
            .context()
            .getRegistry()
            .lookupByNameAndType("accounts", AccountCare.class);
    assertThat(care.tend()).isGreaterThanOrEqualTo(0);
  }

  @Test
  void anAccountOfTheEnvironmentPaysForACall() {
    String token = login.issue("eve@example.org");
    fixture
        .with("CLUB_1_ACCESS_TOKEN", token)
        .with("CLUB_1_REFRESH_TOKEN", login.grant("eve@example.org"))
        .with("CLUB_1_EXPIRY_DATE", String.valueOf(System.currentTimeMillis() + 7_200_000))
        .with("CLUB_1_ACCOUNT_ID", "acct-7")
        .with("CLUB_1_TIER", "PRO");

    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am eve@example.org");

    Map<String, String> sent = login.calls().getLast();
    assertThat(sent)
        .containsEntry("authorization", "Bearer " + token)
        .containsEntry("x-club-account", "acct-7");
    assertThat(credential(1).label()).isEqualTo("env://club/1");
    assertThat(credential(1).tier()).isEqualTo("PRO");
    assertThat(login.tokenRequests()).isEmpty();
  }

  @Test
  void anExpiredTokenOfAFileIsRefreshedFirstForPlainCallsAndStreams() throws Exception {
    Path file = save(1, account("ann@example.org", -60));

    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am ann@example.org");
    assertThat(String.join("", fixture.streamOf("club/m-1").awaitEnd().lines()))
        .contains("I am ann@example.org");

    assertThat(login.tokenRequests()).hasSize(1);
    assertThat(new CredentialStore(fixture.home()).read(file).expiresAtMillis())
        .isGreaterThan(System.currentTimeMillis());
  }

  @Test
  void aTokenThatWasTakenBackIsRenewedOnceAndTheCredentialIsNotBlamed() throws Exception {
    AccountDocument account = account("ann@example.org", 7200);
    save(1, account);
    login.revoke(account.accessToken());

    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am ann@example.org");

    assertThat(login.tokenRequests()).hasSize(1);
    assertThat(login.calls()).hasSize(2);
    assertThat(credential(1).state()).isEqualTo(PoolView.State.READY);
  }

  @Test
  @DisplayName(
      "providers.md 16, 9; operations.md 23, 37: a refused account is shown and comes back without a restart")
  void anAccountWhoseLoginIsRefusedMakesWayAndComesBackWithANewLogin() throws Exception {
    AccountDocument dead = account("ann@example.org", -60);
    save(1, dead);
    save(2, account("bob@example.org", 7200));
    login.revoke(dead.refreshToken());

    ClientAnswer answer = fixture.ask("club/m-1");

    assertThat(answer.content()).isEqualTo("I am bob@example.org");
    Eventually.holds("needs a login", () -> credential(1).state() == PoolView.State.NEEDS_REAUTH);
    assertThat(fixture.logged()).anyMatch(line -> line.contains("caravan cred login club"));

    save(1, account("ann@example.org", 7200));
    tend();

    Eventually.holds("is back", () -> credential(1).state() == PoolView.State.READY);
  }

  @Test
  void aLoginThatIsMadeWhileTheGatewayRunsIsTakenUp() throws Exception {
    save(1, account("ann@example.org", 7200));
    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am ann@example.org");

    save(2, account("bob@example.org", 7200));
    tend();

    assertThat(fixture.pool("club").credentials())
        .filteredOn(c -> c.state() == PoolView.State.READY)
        .extracting(PoolView.CredentialView::label)
        .containsExactlyInAnyOrder("club_oauth_1.json", "club_oauth_2.json");
  }

  @Test
  void accountsThatHaveToBeAskedForAreLeftAloneUntilThen() {
    fixture
        .withRouteFile(
            "providers/shy.yaml",
            """
            - beans:
                - name: shy
                  type: dev.caravan.provider.Provider
                  properties:
                    baseUrl: %1$s/v1
                    oauth: {tokenUrl: "%1$s/token", authorizationUrl: "%1$s/authorize", optIn: SHY_ENABLED}
            - templatedRoute:
                routeTemplateRef: openai-compatible
                parameters:
                  - {name: provider, value: shy}
            """
                .formatted(login.url()))
        .with("SHY_ACCESS_TOKEN", login.issue("ann@example.org"))
        .with("SHY_REFRESH_TOKEN", login.grant("ann@example.org"))
        .with("SHY_EXPIRY_DATE", String.valueOf(System.currentTimeMillis() + 7_200_000));

    assertThat(fixture.ask("shy/m-1").status()).isGreaterThanOrEqualTo(400);

    assertThat(fixture.logged()).anyMatch(line -> line.contains("SHY_ENABLED=true"));
    fixture.restart();
    fixture.with("SHY_ENABLED", "true");

    assertThat(fixture.ask("shy/m-1").content()).isEqualTo("I am ann@example.org");
  }

  @Test
  void brokenFilesHarmNobody() throws Exception {
    Path file = save(1, account("ann@example.org", 7200));
    Files.writeString(file.resolveSibling("club_oauth_2.json"), "{\"refresh_token\":");

    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am ann@example.org");
    assertThat(fixture.logged())
        .anyMatch(line -> line.contains("club_oauth_2.json: it is not whole JSON"));
  }

  @Test
  void noTokenAndNoIdentityIsLogged() throws Exception {
    AccountDocument account = account("ann@example.org", -60);
    save(1, account);
    login.fail("blocked", 1);

    assertThat(fixture.ask("club/m-1").status()).isGreaterThanOrEqualTo(400);

    List<String> secrets =
        List.of(account.accessToken(), account.refreshToken(), "ann@example.org");
    assertThat(fixture.logged()).noneMatch(line -> secrets.stream().anyMatch(line::contains));
  }

  @Test
  void theFirstAccountOfAProviderIsTakenUpWithoutARestart() throws Exception {
    fixture.with("OPENAI_CODEX_API_BASE", fixture.mockAddress() + "/backend-api");
    assertThat(fixture.ask("openai_codex/mock-5x0ms").status()).isEqualTo(404);
    CredentialStore store = new CredentialStore(fixture.home().resolve("oauth_creds"));

    store.add("openai_codex", account("ann@example.org", 7200));
    tend();

    Eventually.holds("is served", () -> fixture.gateway().providers().contains("openai_codex"));
    assertThat(fixture.ask("openai_codex/mock-5x0ms").status()).isEqualTo(200);
    assertThat(fixture.logged()).anyMatch(line -> line.contains("has its first account"));
    tend();
    assertThat(fixture.logged().stream().filter(line -> line.contains("has its first account")))
        .hasSize(1);
  }

  @Test
  void anAccountThatItsOwnerHasSwitchedOffIsNotUsedUntilItIsSwitchedOnAgain() throws Exception {
    AccountDocument ann = account("ann@example.org", 7200);
    CredentialStore store = new CredentialStore(fixture.home().resolve("oauth_creds"));
    Path file = save(1, ann);
    save(2, account("bob@example.org", 7200));
    String text = Files.readString(file);
    Files.writeString(
        file, text.replace("\"_proxy_metadata\" : {", "\"_proxy_metadata\" : {\"disabled\":true,"));

    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am bob@example.org");
    assertThat(fixture.pool("club").credentials()).hasSize(1);

    Files.writeString(file, text);
    tend();

    Eventually.holds(
        "is back",
        () ->
            fixture.pool("club").credentials().stream()
                .anyMatch(c -> c.label().equals("club_oauth_1.json")));
    store.note(store.list().of("club").getFirst(), Map.of("label", "work"));
    tend();
    Eventually.holds(
        "has its name",
        () -> fixture.pool("club").credentials().stream().anyMatch(c -> c.label().equals("work")));
  }

  @Test
  void encryptedFilesPayForCalls() throws Exception {
    String key = "c0".repeat(32);
    CredentialStore store =
        new CredentialStore(
            fixture.home().resolve("oauth_creds"), FileCipher.of("encrypted-file", key, ""));
    Path file = store.add("club", account("ann@example.org", -60));
    fixture.with("CREDENTIAL_STORE_KEY", key);

    assertThat(fixture.ask("club/m-1").content()).isEqualTo("I am ann@example.org");

    assertThat(Files.readString(file)).contains("AES-256-GCM").doesNotContain("access-");
    assertThat(store.read(file).expiresAtMillis()).isGreaterThan(System.currentTimeMillis());
  }
}
