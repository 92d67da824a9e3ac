package dev.caravan.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.AccountUnusable;
import dev.caravan.mock.MockProvider;
import dev.caravan.mock.ReceivedRequest;
import dev.caravan.provider.Provider;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountState;
import dev.caravan.provider.account.AccountState.Occasion;
import dev.caravan.provider.google.AntigravitySetup;
import dev.caravan.provider.google.CodeAssistSetup;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Projects and plans of Google's accounts (providers.md 5.10; 16, 22 to 25), asked over HTTP. */
class AccountSetupTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Vertx vertx = Vertx.vertx();
  private final List<Duration> pauses = new ArrayList<>();
  private MockProvider mock;

  AccountSetupTest() throws IOException {
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
  }

  @BeforeEach
  void record() {
    mock.record(true);
  }

  @AfterEach
  void close() {
    mock.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  @DisplayName("providers.md 16, 23: the paid plan counts")
  void aPlanThatIsPaidBeatsTheCurrentOne() throws IOException {
    assertThat(completed("ya29.ultra", Map.of(), Map.of()))
        .containsEntry("project", "mock-project")
        .containsEntry("tier", "ULTRA")
        .containsEntry("tier_full", "Google One AI ULTRA");
    assertThat(completed("ya29.paid", Map.of(), Map.of())).containsEntry("tier", "PRO");
    assertThat(completed("ya29.free", Map.of(), Map.of())).containsEntry("tier", "FREE");
  }

  @Test
  @DisplayName("providers.md 16, 22: who joins names no project")
  void aNewAccountJoinsTheDefaultPlanWithoutAProject() throws IOException {
    Map<String, String> facts = completed("ya29.fresh", Map.of(), Map.of());

    assertThat(facts).containsEntry("project", "mock-project").containsEntry("tier", "FREE");
    assertThat(asked("onboardUser"))
        .singleElement()
        .isEqualTo(
            JSON.readTree(
                "{\"tierId\":\"free-tier\",\"metadata\":{\"ideType\":\"IDE_UNSPECIFIED\",\"platform\":\"PLATFORM_UNSPECIFIED\",\"pluginType\":\"GEMINI\"}}"));
    assertThat(asked("loadCodeAssist").getFirst().has("cloudaicompanionProject")).isFalse();
    assertThat(pauses).isEmpty();
  }

  @Test
  void aProjectThatIsBeingMadeIsWaitedFor() throws IOException {
    assertThat(completed("ya29.onboard3", Map.of(), Map.of()))
        .containsEntry("project", "mock-project");
    assertThat(asked("onboardUser")).hasSize(4);
    assertThat(pauses).hasSize(3).allMatch(Duration.ofSeconds(2)::equals);
  }

  @Test
  @DisplayName("providers.md 16, 25: a project that never comes is given up after five minutes")
  void aProjectThatNeverComesIsGivenUpAfterFiveMinutes() {
    assertThatThrownBy(() -> completed("ya29.onboard9999", Map.of(), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 minutes")
        .hasMessageContaining("GEMINI_CLI_PROJECT_ID");
    assertThat(pauses).hasSize(150);
  }

  @Test
  @DisplayName("providers.md 16, 24: an account that is not served is not asked to join")
  void anAccountThatGoogleDoesNotServeIsNotAskedToJoin() {
    assertThatThrownBy(() -> completed("ya29.nojoin", Map.of(), Map.of()))
        .isInstanceOf(AccountUnusable.class)
        .hasMessageContaining("UNSUPPORTED_CLIENT")
        .hasMessageContaining("This account is served by other programs.");
    assertThat(asked("onboardUser")).isEmpty();
  }

  @Test
  void aProjectOfTheSettingsIsTold() throws IOException {
    Map<String, String> variables = Map.of("GEMINI_CLI_PROJECT_ID", "mine-1");

    assertThat(completed("ya29.noproject", variables, Map.of())).containsEntry("project", "mine-1");
    JsonNode load = asked("loadCodeAssist").getFirst();
    assertThat(load.path("cloudaicompanionProject").asText()).isEqualTo("mine-1");
    assertThat(load.at("/metadata/duetProject").asText()).isEqualTo("mine-1");
  }

  @Test
  void aProjectOfTheAccountsOwnIsFound() throws IOException {
    assertThat(completed("ya29.own", Map.of(), Map.of()))
        .containsEntry("project", "own-1")
        .containsEntry("tier", "PRO");
  }

  @Test
  void anAccountWithoutAProjectSaysWhichSettingNamesOne() {
    assertThatThrownBy(() -> completed("ya29.noproject", Map.of(), Map.of()))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(AccountUnusable.class)
        .hasMessageContaining("GEMINI_CLI_PROJECT_ID");
  }

  @Test
  void whatCannotBeAskedNowIsAskedLater() {
    assertThatThrownBy(() -> completed("ya29.503", Map.of(), Map.of()))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(AccountUnusable.class)
        .hasMessageContaining("503");
  }

  @Test
  void aRefusalFallsBackOnAnActiveProject() throws IOException {
    // the first question is refused, the others are not
    assertThat(completed("ya29.own-403-first1", Map.of(), Map.of()))
        .containsExactly(Map.entry("project", "own-1"));
  }

  @Test
  void whatIsKnownIsNotAskedForAgain() throws IOException {
    assertThat(completed("ya29.paid", Map.of(), Map.of("project", "p-1", "tier", "g1-pro-tier")))
        .containsExactly(Map.entry("tier", "PRO"));
    assertThat(mock.requests()).isEmpty();
  }

  @Test
  void antigravityLooksAtNoOtherProjectsAndWaitsAMinute() {
    AccountState own = state("ya29.own", Map.of(), Map.of());
    AccountState slow = state("ya29.onboard9999", Map.of(), Map.of());

    assertThatThrownBy(() -> new AntigravitySetup().complete(slow, client()))
        .hasMessageContaining("60 s")
        .hasMessageContaining("ANTIGRAVITY_PROJECT_ID");
    assertThat(pauses).hasSize(30);
    mock.reset();
    assertThatThrownBy(
            () ->
                new AntigravitySetup()
                    .complete(state("ya29.noproject", Map.of(), Map.of()), client()))
        .hasMessageContaining("ANTIGRAVITY_PROJECT_ID");
    assertThat(own.facts()).isEmpty();
    assertThat(mock.requests()).noneMatch(request -> request.path().startsWith("/v1/projects"));
  }

  private Map<String, String> completed(
      String token, Map<String, String> variables, Map<String, String> facts) throws IOException {
    return new CodeAssistSetup().complete(state(token, variables, facts), client());
  }

  private AccountState state(
      String token, Map<String, String> variables, Map<String, String> facts) {
    Provider provider = Provider.named("gemini_cli");
    provider.setBaseUrl("http://127.0.0.1:" + mock.port());
    return new AccountState(Occasion.FIRST_USE, provider, token, Map.of(), facts, variables, null);
  }

  private List<JsonNode> asked(String method) {
    List<JsonNode> asked = new ArrayList<>();
    for (ReceivedRequest request : mock.requests()) {
      if (request.path().endsWith(":" + method)) {
        try {
          asked.add(JSON.readTree(request.text()));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
    }
    return asked;
  }

  /** Real requests, and pauses that take no time. */
  private AccountClient client() {
    return new AccountClient() {
      @Override
      public Answer send(Request request) throws IOException {
        HttpRequest.Builder sent =
            HttpRequest.newBuilder(URI.create(request.url())).timeout(request.patience());
        request.headers().forEach(sent::header);
        String body = request.body();
        sent.method(
            request.method(),
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        try {
          HttpResponse<String> answer =
              HTTP.send(sent.build(), HttpResponse.BodyHandlers.ofString());
          return new Answer(answer.statusCode(), Map.of(), answer.body());
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }

      @Override
      public void pause(Duration length) {
        pauses.add(length);
      }
    };
  }
}
