package dev.caravan.client.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.caravan.ClientAnswer;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.client.matrix.Sdk.Ask;
import dev.caravan.client.matrix.Sdk.Call;
import dev.caravan.client.matrix.Sdk.Said;
import dev.caravan.mock.MockLogin;
import dev.caravan.pool.PoolView;
import dev.caravan.route.AccountCare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every provider of subscriptions from the login of a person to the answer of a client, over real
 * sockets all the way: the command logs in at an identity provider, the gateway refreshes the token
 * that has ended, and each vendor's SDK gets its answer.
 */
class FromLoginToAnswerTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin login;

  @BeforeEach
  void start() throws IOException {
    login = MockLogin.start(0);
  }

  @AfterEach
  void stop() {
    login.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.caravan.client.matrix.LocalVendor#all")
  void anAccountIsLoggedInAndRefreshedAndAnswersClientsOfEachDialect(LocalVendor vendor)
      throws IOException {
    vendor.provide(gateway, login);
    login.lifetime(0); // over as soon as it is there
    vendor.logIn(gateway, login, "ann@example.org");
    String old = text(vendor, 1);
    login.lifetime(3600);

    for (Sdk.Row row : Sdk.ALL) {
      try (Sdk sdk = sdk(row)) {
        for (boolean stream : new boolean[] {false, true}) {
          Said said = sdk.ask(Ask.of(vendor.model("-3x0ms"), "Hello"), stream);
          Ask ask = Ask.of(vendor.model(vendor.toolWords()), "Weather?").withTool();
          Said called = sdk.ask(ask, stream);
          Said told = sdk.answerTools(ask, called, "sunny", stream);

          assertThat(said.text()).as("%s, %s", row, stream).isEqualTo("token 1 token 2 token 3 ");
          assertThat(called.calls())
              .extracting(Call::name, Call::arguments)
              .containsExactly(tuple("lookup_weather", "{\"city\":\"Paris\"}"));
          assertThat(told.text()).isEqualTo("token 1 token 2 ");
        }
      }
    }

    assertThat(refreshes()).as("one refresh for all of them").hasSize(1);
    assertThat(refreshes().getFirst().get("refresh_token")).isSubstringOf(old);
    assertThat(text(vendor, 1)).as("the new token is kept").isNotEqualTo(old);
    assertThat(vendor.calls(gateway))
        .hasSize(24)
        .allSatisfy(call -> assertThat(call.header("authorization")).hasSize(1))
        .extracting(call -> call.header("authorization").getFirst())
        .containsOnly("Bearer " + paid(vendor));
  }

  /** What calls carry: the token of the moment, or the key that was fetched with it. */
  private String paid(LocalVendor vendor) throws IOException {
    String member = vendor.name().equals("iflow") ? "api_key" : "access_token";
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(text(vendor, 1))
        .path(member)
        .asText();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.caravan.client.matrix.LocalVendor#all")
  void anAccountThatIsRevokedAndOneThatIsLimitedMakeWayForTheNext(LocalVendor vendor)
      throws IOException {
    vendor.provide(gateway, login);
    login.lifetime(0);
    vendor.logIn(gateway, login, "eve@example.org");
    vendor.logIn(gateway, login, "rl70@example.org");
    login.lifetime(3600);
    vendor.logIn(gateway, login, "bob@example.org");
    revoked(vendor, 1);

    ClientAnswer answer = gateway.ask(vendor.model("-3x0ms"));

    assertThat(answer.content()).as(answer.body()).isEqualTo("token 1 token 2 token 3 ");
    Eventually.holds("one needs a login", () -> stateOf(vendor, 1) == PoolView.State.NEEDS_REAUTH);
    assertThat(stateOf(vendor, 2)).isEqualTo(PoolView.State.COOLING);
    assertThat(stateOf(vendor, 3)).isEqualTo(PoolView.State.READY);
    assertThat(gateway.logged())
        .anyMatch(line -> line.contains("caravan cred login " + vendor.name()));

    login.lifetime(7200);
    vendor.logIn(gateway, login, "eve@example.org");
    tend();
    Eventually.holds("it is back", () -> stateOf(vendor, 1) == PoolView.State.READY);
  }

  private void tend() {
    gateway
        .gateway()
        .context()
        .getRegistry()
        .lookupByNameAndType("accounts", AccountCare.class)
        .tend();
  }

  private PoolView.State stateOf(LocalVendor vendor, int number) {
    String file = "%s_oauth_%d.json".formatted(vendor.name(), number);
    return gateway.pool(vendor.name()).credentials().stream()
        .filter(credential -> credential.label().equals(file))
        .findFirst()
        .orElseThrow()
        .state();
  }

  /** The vendor takes back what it has granted this account. */
  private void revoked(LocalVendor vendor, int number) throws IOException {
    var tree = new com.fasterxml.jackson.databind.ObjectMapper().readTree(text(vendor, number));
    login.revoke(tree.path("refresh_token").asText());
  }

  private Sdk sdk(Sdk.Row row) {
    String url = "http://127.0.0.1:" + gateway.gateway().port();
    return row.make().apply(new Sdk.At(url, GatewayFixture.CLIENT_KEY));
  }

  private List<Map<String, String>> refreshes() {
    return login.tokenRequests().stream()
        .filter(form -> form.getOrDefault("grant_type", "").equals("refresh_token"))
        .toList();
  }

  private String text(LocalVendor vendor, int number) throws IOException {
    Path file =
        gateway.home().resolve("oauth_creds/%s_oauth_%d.json".formatted(vendor.name(), number));
    return Files.readString(file);
  }
}
