package dev.caravan.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.GatewayFixture;
import dev.caravan.pool.PoolView;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counting tokens, with a provider that can do it and without (http-api.md 6 and 9.5). */
class CountTokensTest {
  private static final String MESSAGES =
      "\"system\":\"Be brief.\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello there\"}]";
  private static final String CONTENTS =
      "{\"contents\":[{\"parts\":[{\"text\":\"Hello there\"}]}]}";
  private static final String HOOK =
      """
      - route:
          id: no-secrets
          from:
            uri: hook:on-request
            steps:
              - setBody:
                  constant: '{"model":"claude/claude-x","messages":[{"role":"user","content":"hidden"}]}'
      """;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void record() {
    gateway.mock().record(true);
  }

  @Test
  void aProviderOfTheClientsDialectCountsExactly() {
    claude("sk-good-1");

    ClientAnswer answer = count("claude/claude-x");

    assertThat(answer.json().path("input_tokens").asInt()).isEqualTo(20);
    assertThat(answer.header("X-Gateway-Count")).isEqualTo("exact");
    assertThat(last()).isEqualTo("{\"model\":\"claude-x\"," + MESSAGES + "}");
    assertThat(gateway.mock().requests().getLast().path()).isEqualTo("/v1/messages/count_tokens");
  }

  @Test
  void countingIsBookedNowhere() {
    claude("sk-good-1");

    count("claude/claude-x");

    PoolView.CredentialView credential = gateway.pool("claude").credentials().getFirst();
    assertThat(credential.requests()).isZero();
    assertThat(credential.lastUsed()).isNull();
  }

  @Test
  void anAliasCountsWhereItsCallsGo() {
    claude("sk-good-1").with("MODEL_ALIASES", "{\"smart\":\"claude/claude-x\"}");

    assertThat(count("smart").header("X-Gateway-Count")).isEqualTo("exact");
    assertThat(last()).contains("\"model\":\"claude-x\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme/gpt-x", "nobody/model", "bare"})
  void whatNobodyCountsIsEstimated(String model) {
    gateway.withKeys("sk-good-1");

    ClientAnswer answer = count(model);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("input_tokens").asInt()).isBetween(5, 20);
    assertThat(answer.header("X-Gateway-Count")).isEqualTo("estimate");
    assertThat(gateway.mock().stats().total()).isZero();
  }

  @Test
  void aRestingCredentialIsNotAskedToCount() {
    claude("sk-rl40-1");
    messages("claude/claude-x");
    long before = gateway.mock().stats().total();

    assertThat(count("claude/claude-x").header("X-Gateway-Count")).isEqualTo("estimate");
    assertThat(gateway.mock().stats().total()).isEqualTo(before);
  }

  @Test
  void aCountThatFailsIsEstimatedAndRestsNobody() {
    gateway.withProvider("goog", "sk-bad-1").with("GOOG_API_DIALECT", "gemini");

    ClientAnswer answer = contents("goog/gemini-x", CONTENTS);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Gateway-Count")).isEqualTo("estimate");
    assertThat(gateway.pool("goog").credentials().getFirst())
        .returns(PoolView.State.READY, PoolView.CredentialView::state)
        .returns(0L, PoolView.CredentialView::failures);
  }

  @Test
  void googlesClientsAreCountedForByGoogle() {
    gateway.withProvider("goog", "sk-good-1").with("GOOG_API_DIALECT", "gemini");

    ClientAnswer plain = contents("goog/gemini-x", CONTENTS);
    ClientAnswer whole = contents("goog/gemini-x", "{\"generateContentRequest\":" + CONTENTS + "}");

    for (ClientAnswer answer : new ClientAnswer[] {plain, whole}) {
      assertThat(answer.json().path("totalTokens").asInt()).isEqualTo(20);
      assertThat(answer.header("X-Gateway-Count")).isEqualTo("exact");
    }
    assertThat(last()).isEqualTo("{\"generateContentRequest\":" + CONTENTS + "}");
    assertThat(gateway.mock().requests().getLast().path()).endsWith("/gemini-x:countTokens");
  }

  @Test
  void whatAHookHidesFromProvidersIsHiddenFromTheCountToo() {
    claude("sk-good-1").withRouteFile("hooks/hide.yaml", HOOK);

    assertThat(count("claude/claude-x").header("X-Gateway-Count")).isEqualTo("exact");
    assertThat(last()).contains("hidden").doesNotContain("there");
  }

  private GatewayFixture claude(String... keys) {
    return gateway
        .withProvider("claude", keys)
        .with("CLAUDE_API_BASE", gateway.mockAddress())
        .with("CLAUDE_API_DIALECT", "anthropic");
  }

  private String last() {
    return gateway.mock().requests().getLast().text();
  }

  private ClientAnswer count(String model) {
    return post("/v1/messages/count_tokens", "{\"model\":\"" + model + "\"," + MESSAGES + "}");
  }

  private void messages(String model) {
    post("/v1/messages", "{\"model\":\"" + model + "\",\"max_tokens\":9," + MESSAGES + "}");
  }

  private ClientAnswer contents(String model, String body) {
    return post("/v1beta/models/" + model + ":countTokens", body);
  }

  private ClientAnswer post(String path, String body) {
    return Client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.gateway().port() + path))
            .timeout(GatewayFixture.PATIENCE)
            .header("x-api-key", GatewayFixture.CLIENT_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
