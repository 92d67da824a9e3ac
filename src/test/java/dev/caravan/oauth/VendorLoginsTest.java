package dev.caravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Eventually;
import dev.caravan.call.Access;
import dev.caravan.mock.MockLogin;
import dev.caravan.provider.Catalogue;
import dev.caravan.provider.Provider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins that are one vendor's own (providers.md 8 and 9.5). */
class VendorLoginsTest {
  private static final String COOKIE = "BXAuth=0123456789abcdefghij;";

  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  @SuppressWarnings("NullAway.Init") // before each test
  private MockLogin mock;

  @SuppressWarnings("NullAway.Init") // before each test
  private House house;

  private final Map<String, String> changed = new LinkedHashMap<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    mock = MockLogin.start(0);
    house = new House(mock, home.resolve("oauth_creds"));
    house.variables.put("OPENAI_CODEX_OAUTH_CLIENT_ID", "caravan-test");
  }

  @AfterEach
  void stop() {
    mock.close();
  }

  /** As the catalogue has it, but before the identity provider here. */
  private Provider provider(String name) {
    Provider provider = Catalogue.bundled().find(name).orElseThrow().provider();
    Map<String, String> oauth = new LinkedHashMap<>(provider.getOauth());
    oauth.replaceAll(
        (property, value) ->
            property.endsWith("Url") && !property.equals("deviceRedirectUrl")
                ? value.replaceFirst("https://[^/]+", mock.url())
                : value);
    oauth.putAll(changed);
    Provider here = Provider.named(name);
    here.setOauth(oauth);
    return here;
  }

  private Login login(String provider) {
    return new Login(
        provider(provider),
        house.store,
        house.around.http().apply(""),
        house.clock,
        house.variables,
        new Login.Person() {
          @Override
          public void visit(String address, String code, int port) {
            shown.add(address);
            shown.add(code);
          }

          @Override
          public void hears(String sentence) {
            shown.add(sentence);
          }

          @Override
          public String label() {
            return "label@example.org";
          }
        });
  }

  @Test
  void aDeviceOfAChatGptPlanGetsACodeThatIsExchanged() throws Exception {
    mock.pendingPolls(2);

    Login.Done done = login("openai_codex").byDevice(Login.DEVICE_LIMIT);

    assertThat(shown.getFirst()).isEqualTo(mock.url() + "/codex/device");
    assertThat(shown.get(1)).startsWith("CODE-");
    assertThat(done.file()).hasFileName("openai_codex_oauth_1.json");
    assertThat(done.facts())
        .containsEntry("account_id", "acct_ann_example.org")
        .containsEntry("plan_type", "plus");
    assertThat(mock.tokenRequests())
        .singleElement()
        .satisfies(
            form ->
                assertThat(form)
                    .containsEntry("grant_type", "authorization_code")
                    .containsEntry("redirect_uri", "https://auth.openai.com/deviceauth/callback")
                    .containsKey("code_verifier"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"code", "paste", "device"})
  @DisplayName("providers.md 16, 18: plan and account of the id token are in the saved file")
  void planAndAccountOfTheIdTokenAreInTheSavedFile(String way) throws Exception {
    changed.put("callbackPort", "0");
    mock.pendingPolls(0);
    Login login = login("openai_codex");
    CompletableFuture<Void> person = new CompletableFuture<>();
    if (!way.equals("device")) {
      person.completeAsync(
          () -> {
            Eventually.holds("an address", () -> !shown.isEmpty());
            String back = get(shown.getFirst()).headers().firstValue("location").orElseThrow();
            if (way.equals("paste")) {
              login.paste(back);
            } else {
              get(back);
            }
            return null;
          });
    }

    Login.Done done =
        way.equals("device")
            ? login.byDevice(Login.DEVICE_LIMIT)
            : login.byCode(Duration.ofSeconds(20));

    JsonNode saved = AccountDocument.JSON.readTree(Files.readString(done.file()));
    assertThat(saved.at("/_proxy_metadata/plan").asText()).isEqualTo("plus");
    assertThat(saved.at("/_proxy_metadata/email").asText()).isEqualTo("ann@example.org");
    assertThat(saved.findValuesAsText("account_id"))
        .isNotEmpty()
        .containsOnly("acct_ann_example.org");
    Access access = accountOf("openai_codex", done.file()).access(House.deadline());
    assertThat(access.headers()).containsEntry("ChatGPT-Account-Id", "acct_ann_example.org");
  }

  private static HttpResponse<String> get(String address) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(address)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("providers.md 16, 16: a port that is in use is named with its variable")
  void aPortThatIsInUseIsNamedWithItsVariable() throws Exception {
    house.variables.put("GEMINI_CLI_OAUTH_CLIENT_ID", "caravan-test");
    house.variables.put("GEMINI_CLI_OAUTH_CLIENT_SECRET", "secret-of-caravan-test");
    try (ServerSocket taken = new ServerSocket()) {
      try {
        taken.bind(new java.net.InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8085));
      } catch (java.net.BindException e) {
        // then somebody else here uses it, which is as good
      }

      assertThatThrownBy(() -> login("gemini_cli").byCode(Duration.ofSeconds(5)))
          .isInstanceOf(LoginFailed.class)
          .hasMessageContaining("8085")
          .hasMessageContaining("GEMINI_CLI_OAUTH_PORT");
    }
    assertThat(mock.tokenRequests()).isEmpty();
  }

  @Test
  void aDeviceThatNobodyAgreesForEnds() {
    mock.pendingPolls(10_000);

    assertThatThrownBy(() -> login("openai_codex").byDevice(Login.DEVICE_LIMIT))
        .isInstanceOf(LoginFailed.class)
        .hasMessageContaining("nobody has typed the code in");
    assertThat(mock.tokenRequests()).isEmpty();
  }

  @Test
  void aCookieOfIFlowIsWorthAKey() throws Exception {
    Login.Done done = login("iflow").byCookie("0123456789abcdefghij");

    String text = Files.readString(done.file());
    assertThat(text).contains("\"cookie\" : \"" + COOKIE).contains("\"api_key\" : \"sk-cookie-");
    assertThat(done.facts())
        .containsEntry("email", "label@example.org")
        .containsEntry("credential_type", "cookie");
    assertThat(mock.tokenRequests()).isEmpty();
  }

  @Test
  void aCookieThatIsOverOrTooShortIsRefused() {
    assertThatThrownBy(() -> login("iflow").byCookie("BXAuth=old-0123456789abcdef;"))
        .isInstanceOf(LoginFailed.class)
        .hasMessageContaining("take a new one from the browser");
    assertThatThrownBy(() -> login("iflow").byCookie("BXAuth=x;"))
        .isInstanceOf(LoginFailed.class)
        .hasMessageContaining("too short");
    assertThat(house.store.list().of("iflow")).isEmpty();
  }

  private OAuthAccount account(String json) throws Exception {
    Path file = home.resolve("oauth_creds/iflow_oauth_1.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, json);
    return accountOf("iflow", file);
  }

  private OAuthAccount accountOf(String provider, Path file) throws Exception {
    return new OAuthAccount(
        String.valueOf(file.getFileName()),
        "f1",
        file,
        house.store,
        provider(provider),
        house.store.read(file),
        house.around,
        0);
  }

  @Test
  @DisplayName("providers.md 16, 21: a cookie's key is made anew with less than 48 hours left")
  void aKeyOfACookieIsMadeAnewInTime() throws Exception {
    OAuthAccount account =
        account(
            """
            {"cookie":"BXAuth=x;","api_key":"sk-before","name":"ann","expire_time":"%s"}"""
                .formatted(inChina(Duration.ofHours(16))));

    assertThat(account.dueAtMillis()).isLessThan(house.clock.epochMillis());
    assertThat(account.access(House.deadline()).token().reveal()).startsWith("sk-cookie-");
    assertThat(account.access(House.deadline()).facts()).doesNotContainKey("cookie");
    assertThat(mock.tokenRequests()).isEmpty();
  }

  @Test
  void aKeyThatHasLongerStaysAndOneWhoseEndIsUnreadableIsMadeAnew() throws Exception {
    OAuthAccount good =
        account(
            """
            {"cookie":"BXAuth=x;","api_key":"sk-before","expire_time":"%s"}"""
                .formatted(inChina(Duration.ofHours(60))));

    assertThat(good.dueAtMillis()).isGreaterThan(house.clock.epochMillis());

    OAuthAccount unreadable =
        account("{\"cookie\":\"BXAuth=x;\",\"api_key\":\"sk-before\",\"expire_time\":\"soon\"}");

    assertThat(unreadable.access(House.deadline()).token().reveal()).startsWith("sk-cookie-");
  }

  @Test
  void aCookieThatIsOverNeedsALogin() throws Exception {
    OAuthAccount account =
        account("{\"cookie\":\"BXAuth=old;\",\"api_key\":\"sk-before\",\"expire_time\":\"\"}");

    assertThatThrownBy(() -> account.access(House.deadline()))
        .hasMessageContaining("log in again")
        .hasMessageContaining("browser");
  }

  private String inChina(Duration left) {
    return java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")
        .withZone(java.time.ZoneOffset.ofHours(8))
        .format(java.time.Instant.ofEpochMilli(house.clock.epochMillis()).plus(left));
  }
}
