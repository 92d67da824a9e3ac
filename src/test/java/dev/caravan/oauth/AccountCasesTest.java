package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.MockLogin;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.PoolView.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cases of rotation.md 9 in which a credential is an account, over real sockets. */
class AccountCasesTest {
  private static final String ANN = "ann@example.org";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin login;

  @BeforeEach
  void start() throws Exception {
    login = MockLogin.start(0);
    gateway
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
                    oauth: {tokenUrl: "%1$s/token", authorizationUrl: "%1$s/authorize", rotates: "true"}
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

  private void save(int number, String access, String refresh, String who, long endsInSeconds)
      throws Exception {
    CredentialStore store = new CredentialStore(gateway.home().resolve("oauth_creds"));
    Path file = store.folder().resolve("club_oauth_" + number + ".json");
    store.save(
        file,
        AccountDocument.ofMembers(
                Map.of(
                    "access_token",
                    access,
                    "refresh_token",
                    refresh,
                    "expiry_date",
                    String.valueOf(System.currentTimeMillis() + endsInSeconds * 1000)))
            .withFacts(Map.of("email", who)));
  }

  private PoolView.CredentialView account(int number) {
    return gateway.pool("club").credentials().get(number - 1);
  }

  private List<String> refreshTokensUsed() {
    return login.tokenRequests().stream()
        .map(form -> form.getOrDefault("refresh_token", ""))
        .toList();
  }

  @Test
  @DisplayName("rotation.md case 30: a token that is refused is refreshed once, for everybody")
  void aTokenThatIsRefusedIsRefreshedOnceForEverybody() throws Exception {
    String taken = login.issue(ANN);
    save(1, taken, login.grant(ANN), ANN, 7200);
    gateway.gateway();
    login.revoke(taken);
    login.fail("slow", 1);

    List<ClientAnswer> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ClientAnswer>> asked = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        asked.add(clients.submit(() -> gateway.ask("club/m-1")));
      }
      for (Future<ClientAnswer> one : asked) {
        answers.add(one.get());
      }
    }

    assertThat(answers).allMatch(answer -> answer.content().equals("I am " + ANN));
    assertThat(login.tokenRequests()).hasSize(1);
    assertThat(account(1).state()).isEqualTo(State.READY);
    assertThat(account(1).failures()).as("it is not to blame").isZero();
  }

  @Test
  @DisplayName(
      "rotation.md case 31: a refresh that is refused looks whether somebody has logged in")
  void aRefreshThatIsRefusedLooksWhetherSomebodyHasLoggedIn() throws Exception {
    String used = login.grant(ANN);
    String newer = login.grant(ANN);
    save(1, login.issue(ANN), used, ANN, -60);
    gateway.gateway();
    login.revoke(used);
    login.fail("slow", 1); // meanwhile another program writes the file

    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ClientAnswer> asked = clients.submit(() -> gateway.ask("club/m-1"));
      Eventually.holds("the old one is tried", () -> refreshTokensUsed().contains(used));
      save(1, "ended", newer, ANN, -60);

      assertThat(asked.get().content()).isEqualTo("I am " + ANN);
    }

    assertThat(refreshTokensUsed()).containsExactly(used, newer);
    assertThat(account(1).state()).isEqualTo(State.READY);
  }

  @Test
  @DisplayName("rotation.md case 31, W27: an account whose login is dead is not asked any more")
  void anAccountWhoseLoginIsDeadIsNotAskedAnyMore() throws Exception {
    String used = login.grant(ANN);
    String bob = "bob@example.org";
    save(1, login.issue(ANN), used, ANN, -60);
    save(2, login.issue(bob), login.grant(bob), bob, 7200);
    login.revoke(used);

    assertThat(gateway.ask("club/m-1").content()).isEqualTo("I am " + bob);
    Eventually.holds("it needs a login", () -> account(1).state() == State.NEEDS_REAUTH);
    int refreshes = login.tokenRequests().size();
    for (int i = 0; i < 5; i++) {
      assertThat(gateway.ask("club/m-1").content()).isEqualTo("I am " + bob);
    }

    assertThat(login.tokenRequests()).hasSize(refreshes);
    assertThat(account(1).requests()).isLessThanOrEqualTo(1);
  }
}
