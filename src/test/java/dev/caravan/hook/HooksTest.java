package dev.caravan.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks in YAML on a running gateway, good ones and all kinds of bad ones. */
class HooksTest {
  private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  /** Where hooks of these tests leave what they have seen. */
  public static final class Seen {
    private Seen() {}

    public static void add(String text) {
      SEEN.add(text);
    }

    /** A step that neither waits nor comes back, until the test is over. */
    public static void spin(String unused) {
      long end = System.nanoTime() + 3_000_000_000L;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  private static String seen() {
    try {
      String text = SEEN.poll(GatewayFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (text == null) {
        throw new AssertionError("no hook has seen anything");
      }
      return text;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void open() {
    SEEN.clear();
    gateway.withAdmin().withKeys("sk-good-1");
    gateway.mock().record(true);
  }

  private void hook(String id, String uri, String steps) {
    gateway.withRouteFile(
        "hooks/" + id + ".yaml",
        """
        - route:
            id: %s
            description: A hook of a test
            from:
              uri: %s
              steps:
        %s
        """
            .formatted(id, uri, steps.stripTrailing().indent(8)));
  }

  private static String see(String simple) {
    return """
        - setBody: { simple: "%s" }
        - bean: { beanType: "%s", method: "add(${body})" }
        """
        .formatted(simple, Seen.class.getName());
  }

  private JsonNode hooks() {
    return gateway.admin().get("/admin/hooks").json().path("hooks");
  }

  private ReceivedRequest upstream() {
    return gateway.mock().requests().getLast();
  }

  @Test
  void aHookReadsWhoAsksForWhat() {
    hook(
        "look",
        "hook:on-request",
        """
        - setProperty: { name: request, simple: "${body}" }
        """
            + see(
                "${variable.client} ${variable.dialect} ${variable.model} ${variable.provider} ${variable.stream} ${variable.requestId}")
            + "- setBody: { simple: \"${exchangeProperty.request}\" }");

    String id = gateway.ask("acme/mock-1").header("X-Request-Id");

    assertThat(seen()).isEqualTo("default openai-chat acme/mock-1 acme false " + id);
  }

  @Test
  void aHookThatLeavesItsBodyAloneChangesNothing() {
    hook("tag", "hook:on-request", "- setVariable: { name: team, constant: blue }");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(hooks().at("/0/runs").asInt()).isEqualTo(1);
    assertThat(hooks().at("/0/hook").asText()).isEqualTo("tag");
  }

  @Test
  void aHookChangesTheBodyOfTheRequest() {
    hook(
        "mask",
        "hook:on-request",
        """
        - convertBodyTo: { type: String }
        - setBody: { simple: "${body.replace('hi', 'hello')}" }
        """);

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(upstream().text()).contains("hello").doesNotContain("\"hi\"");
  }

  @Test
  void aHookSendsTheCallToAnotherModel() {
    hook("cheap", "hook:on-request", "- setVariable: { name: model, constant: acme/mock-2 }");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.json().path("model").asText()).isEqualTo("acme/mock-1");
    assertThat(upstream().text()).contains("\"mock-2\"");
  }

  @Test
  void aHookSendsTheCallToAnAliasOfDispatch() {
    gateway.withProvider("groq", "sk-good-2");
    hook("alias", "hook:on-request", "- setVariable: { name: model, constant: caravan/fast }");

    assertThat(gateway.ask("acme/mock-1").header("X-Gateway-Provider")).isEqualTo("groq");
  }

  @ParameterizedTest
  @CsvSource({"on-request", "before-select", "before-upstream"})
  void aHookRefusesInTheDialectOfTheClient(String point) {
    hook(
        "guard",
        "hook:" + point,
        "- setVariable: { name: refuse, constant: we do not speak of bananas }");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().at("/error/message").asText()).contains("we do not speak of bananas");
    assertThat(gateway.mock().stats().total()).isZero();
    assertThat(hooks().at("/0/refusals").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"429, 429", "402, 402", "400, 400", "503, 503", "451, 403"})
  void aHookChoosesTheStatusOfItsRefusal(int wanted, int answered) {
    hook(
        "guard",
        "hook:on-request",
        """
        - setVariable: { name: refuseStatus, constant: %d }
        - setVariable: { name: refuse, constant: not now }
        """
            .formatted(wanted));

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(answered);
  }

  @Test
  void variablesOfAHookReachLaterHooksDispatchAndTheEnd() {
    hook("first", "hook:on-request?order=1", "- setVariable: { name: team, constant: blue }");
    hook(
        "second",
        "hook:on-request?order=2",
        "- setVariable: { name: squad, simple: \"${variable.team}-2\" }");
    hook("last", "hook:after-response", see("${variable.squad} ${variable.end}"));

    gateway.ask("acme/mock-1");

    assertThat(seen()).isEqualTo("blue-2 answered");
  }

  @Test
  void beforeUpstreamAddsHeadersAndSeesTheCredentialAsAFingerprint() {
    hook(
        "sign",
        "hook:before-upstream",
        """
        - setVariable:
            name: upstreamHeaders
            simple: "X-Team: blue\\nX-Attempt: ${variable.attempt}-${variable.credential}"
        """);

    gateway.ask("acme/mock-1");

    assertThat(upstream().header("X-Team")).containsExactly("blue");
    assertThat(upstream().header("X-Attempt"))
        .containsExactly("1-" + gateway.credential(1).fingerprint());
  }

  @Test
  void beforeUpstreamRunsForEachAttempt() {
    gateway.withKeys("sk-rl30-1", "sk-good-1");
    hook("count", "hook:before-upstream", "- setVariable: { name: n, constant: 1 }");

    gateway.ask("acme/mock-1");

    assertThat(hooks().at("/0/runs").asInt()).isEqualTo(2);
  }

  @Test
  void whatAHookLeavesBehindReachesNeitherProviderNorClient() {
    hook(
        "messy",
        "hook:on-request",
        """
        - setHeader: { name: X-Messy, constant: "1" }
        - setHeader: { name: CamelHttpResponseCode, constant: "418" }
        - setProperty: { name: caravanSecret, constant: stolen }
        - setVariable: { name: client, constant: somebody-else }
        """);
    hook("after", "hook:after-response", see("${variable.client}"));

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Messy")).isEmpty();
    assertThat(upstream().header("X-Messy")).isEmpty();
    assertThat(seen()).isEqualTo("default");
  }

  @Test
  void theEndOfACallIsToldWithItsTokensAndItsRecord() {
    hook(
        "audit",
        "hook:after-response",
        """
        - setVariable: { name: line, simple: "${variable.status} ${variable.outputTokens} ${variable.attempts}" }
        """
            + see("${variable.line} ${body}"));

    gateway.ask("acme/mock-1");

    assertThat(seen()).startsWith("200 75 1 {\"id\":").contains("\"step\":\"attempt\"");
  }

  @Test
  void theEndOfAStreamIsToldWhenTheStreamHasEnded() {
    hook("audit", "hook:after-response", see("${variable.end} ${variable.outputTokens}"));

    gateway.streamOf("acme/mock-3x20ms").awaitEnd();

    assertThat(seen()).isEqualTo("answered 3");
  }

  @Test
  void anErrorIsToldToBothHooksOfTheEnd() {
    hook("alarm", "hook:on-error", see("alarm ${variable.status} ${variable.error}"));
    hook("audit", "hook:after-response", see("audit ${variable.end}"));

    gateway.ask("nobody/at-home");

    assertThat(seen()).startsWith("alarm 404 client request: there is no provider");
    assertThat(seen()).isEqualTo("audit failed");
  }

  @Test
  void aHookThatFailsOpenIsCountedNamedAndPassedOver() {
    hook(
        "broken",
        "hook:on-request",
        "- throwException: { exceptionType: java.lang.IllegalStateException, message: oh no }");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(hooks().at("/0/failures").asInt()).isEqualTo(1);
    assertThat(hooks().at("/0/last_failure").asText()).contains("oh no");
    assertThat(gateway.logged()).anyMatch(line -> line.contains("hook broken (on-request) failed"));
  }

  @Test
  void aHookThatFailsClosedRefusesTheCallWithoutItsWords() {
    hook(
        "broken",
        "hook:on-request?onFailure=fail-closed",
        "- throwException: { exceptionType: java.lang.IllegalStateException, message: oh no }");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("hook broken is needed").doesNotContain("oh no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- delay: { constant: 60000, asyncDelayed: false }",
        "- loop: { doWhile: true, simple: \"${body} != null\", steps: [ { setVariable: { name: a, constant: b } } ] }",
        "- delay: { constant: 60000 }",
      })
  void aHookThatHangsIsStoppedAndTheCallGoesOn(String steps) {
    hook("hung", "hook:on-request?timeBudget=50ms", steps);

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(hooks().at("/0/timeouts").asInt()).isEqualTo(1);
  }

  @Test
  void aHookThatCannotBeStoppedKeepsNoClientWaiting() {
    hook(
        "spins",
        "hook:on-request?timeBudget=50ms",
        "- bean: { beanType: \"%s\", method: \"spin(${body})\" }".formatted(Seen.class.getName()));

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("hook spins");
  }

  @Test
  void aHookOnChunksThatCannotBeStoppedEndsItsStreamWithAnError() {
    hook(
        "spins",
        "hook:on-chunk?timeBudget=50ms",
        "- bean: { beanType: \"%s\", method: \"spin(${body})\" }".formatted(Seen.class.getName()));

    ClientStream stream = gateway.streamOf("acme/mock-500x20ms").awaitEnd();

    assertThat(stream.errors().toString()).contains("hook spins");
    Eventually.holds("the provider is stopped", () -> gateway.mock().stats().aborted() == 1);
  }

  @Test
  void aHookThatCallsItselfFailsAlone() {
    gateway.withRouteFile(
        "hooks/circle.yaml",
        """
        - route:
            id: circle
            description: A hook of a test
            from: { uri: "hook:on-request?timeBudget=50ms", steps: [ { to: { uri: "direct:round" } } ] }
        - route:
            id: round
            description: Calls itself
            errorHandler: { noErrorHandler: {} }
            from: { uri: "direct:round", steps: [ { to: { uri: "direct:round" } } ] }
        """);

    // Camel cannot be stopped inside of a circle, only the stack ends it
    assertThat(gateway.ask("acme/mock-1").status()).isIn(200, 503);
    assertThat(gateway.client().get("/v1/models").status()).isEqualTo(200);
    Eventually.holds("it has ended", () -> hooks().at("/0/failures").asInt() == 1);
  }

  @Test
  void aHookThatTimesOutAgainAndAgainIsLeftAloneForAWhile() {
    hook(
        "slow",
        "hook:on-request?timeBudget=20ms",
        "- delay: { constant: 60000, asyncDelayed: false }");
    for (int i = 0; i < 5; i++) {
      assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    }

    assertThat(hooks().at("/0/timeouts").asInt()).isEqualTo(3);
    assertThat(hooks().at("/0/skipped").asInt()).isEqualTo(2);
    assertThat(hooks().at("/0/resting").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"not JSON", "{}", "{\"model\":\"acme/mock-1\",\"stream\":true,\"messages\":[]}"})
  void aBodyThatIsNoRequestIsAFailureOfTheHook(String left) {
    hook("breaks", "hook:on-request", "- setBody: { constant: '%s' }".formatted(left));

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(upstream().text()).contains("hi");
    assertThat(hooks().at("/0/failures").asInt()).isEqualTo(1);
  }

  @Test
  void aHookAfterAProviderIsChosenCannotChangeTheProvider() {
    gateway.withProvider("groq", "sk-good-2");
    hook("late", "hook:before-select", "- setVariable: { name: model, constant: groq/other }");

    assertThat(gateway.ask("acme/mock-1").header("X-Gateway-Provider")).isEqualTo("acme");
    assertThat(hooks().at("/0/last_failure").asText()).contains("another provider");
  }

  @Test
  void theDecisionRecordTellsWhatHooksDid() {
    hook("cheap", "hook:on-request", "- setVariable: { name: model, constant: acme/mock-2 }");

    String id = gateway.ask("acme/mock-1").header("X-Request-Id");

    assertThat(gateway.admin().get("/admin/why/" + id).body())
        .contains("\"hook\":\"cheap\"")
        .contains("changed the model");
  }

  @Test
  void aHookThatFailsAfterTheEndHarmsNobody() {
    hook(
        "broken",
        "hook:after-response",
        "- throwException: { exceptionType: java.lang.IllegalStateException, message: oh no }");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    Eventually.holds("it is counted", () -> hooks().at("/0/failures").asInt() == 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hook:on-requst | did you mean on-request?",
        "hook:on-request?onFailure=fail-opn | neither fail-open nor fail-closed",
        "hook:on-request?timeBudget=0 | more than 0",
        "hook:on-request?tmeBudget=5 | tmeBudget",
        "hook:after-response?onFailure=fail-closed | cannot be fail-closed",
      })
  void aContractThatIsNoneStopsTheStart(String uri, String words) {
    hook("wrong", uri, "- setVariable: { name: a, constant: b }");

    assertThatThrownBy(gateway::gateway).satisfies(e -> assertThat(messages(e)).contains(words));
  }

  private static String messages(@Nullable Throwable problem) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = problem; t != null; t = t.getCause()) {
      all.append(t.getMessage()).append('\n');
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onChunkChangesAnAnswerHoweverItComes(boolean streamed) {
    hook(
        "shout",
        "hook:on-chunk",
        """
        - convertBodyTo: { type: String }
        - setBody: { simple: "${body.replace('content', 'content_changed')}" }
        """);

    if (streamed) {
      ClientStream stream = gateway.streamOf("acme/mock-5x5ms").awaitEnd();
      assertThat(stream.isDone()).isTrue();
      assertThat(stream.lines().toString()).contains("content_changed");
    } else {
      assertThat(gateway.ask("acme/mock-1").body()).contains("content_changed");
    }
  }

  @Test
  void onChunkSeesEachEventOnceAndCanDropIt() {
    hook(
        "drop",
        "hook:on-chunk",
        """
        - choice:
            when:
              - simple: "${bodyAs(String)} contains 'content'"
                steps: [ { setBody: { constant: "" } } ]
        """);

    ClientStream stream = gateway.streamOf("acme/mock-5x0ms").awaitEnd();

    assertThat(stream.text()).isEmpty();
    assertThat(stream.isDone()).isTrue();
    assertThat(hooks().at("/0/runs").asInt()).isBetween(5, 9);
  }

  @Test
  void onChunkThatRefusesEndsTheStreamWithAnErrorOfTheDialectAndStopsTheProvider() {
    hook("guard", "hook:on-chunk", "- setVariable: { name: refuse, constant: that is enough }");

    ClientStream stream = gateway.streamOf("acme/mock-500x20ms").awaitEnd();

    assertThat(stream.errors().toString()).contains("that is enough");
    assertThat(stream.isDone()).isFalse();
    Eventually.holds("the provider is stopped", () -> gateway.mock().stats().aborted() == 1);
  }

  @Test
  void onChunkThatFailsOpenChangesNothing() {
    hook(
        "broken",
        "hook:on-chunk",
        "- throwException: { exceptionType: java.lang.IllegalStateException, message: oh no }");

    ClientStream stream = gateway.streamOf("acme/mock-5x0ms").awaitEnd();

    assertThat(stream.contents()).hasSize(5);
    assertThat(stream.isDone()).isTrue();
  }

  @Test
  void aLongStreamPassesItsHookWhole() {
    hook("look", "hook:on-chunk", "- setVariable: { name: seen, constant: \"yes\" }");

    ClientStream stream = gateway.streamOf("acme/mock-3000x0ms").awaitEnd();

    assertThat(stream.contents()).hasSize(3000);
    assertThat(stream.isDone()).isTrue();
  }

  @Test
  void aClientThatLeavesAHookedStreamStopsTheProvider() {
    hook("look", "hook:on-chunk", "- setVariable: { name: seen, constant: \"yes\" }");

    gateway.streamOf("acme/mock-500x20ms").awaitEvents(2).leave();

    Eventually.holds("the provider is stopped", () -> gateway.mock().stats().aborted() == 1);
  }

  @Test
  void noHookIsActiveUntilSomebodyWritesOne() {
    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    assertThat(hooks()).isEmpty();
    assertThat(new Client(gateway.gateway().port(), "").ask("acme/mock-1").status()).isEqualTo(401);
  }
}
