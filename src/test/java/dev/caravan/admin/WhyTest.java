package dev.caravan.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WhyTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void open() {
    gateway.withAdmin();
  }

  private JsonNode why(ClientAnswer answer) {
    return why(answer.header("X-Request-Id"));
  }

  private JsonNode why(String id) {
    ClientAnswer record = gateway.admin().get("/admin/why/" + id);
    assertThat(record.status()).as(record.body()).isEqualTo(200);
    return record.json();
  }

  private static JsonNode step(JsonNode record, String name) {
    return StreamSupport.stream(record.path("steps").spliterator(), false)
        .filter(step -> step.path("step").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + name + " in " + record));
  }

  @Test
  void anAnsweredCallTellsItsClientItsAttemptAndItsUsage() {
    JsonNode record = why(gateway.ask("acme/mock-1"));

    assertThat(record.path("client").asText()).isEqualTo("default");
    assertThat(record.path("end").asText()).isEqualTo("answered");
    assertThat(record.path("asked_for").asText()).isEqualTo("acme/mock-1");
    assertThat(record.path("routes").asText()).isNotEmpty();
    assertThat(step(record, "attempt").path("status").asInt()).isEqualTo(200);
    assertThat(step(record, "attempt").path("credential").asText())
        .isEqualTo(gateway.credential(1).fingerprint());
    assertThat(record.at("/usage/output").asInt()).isPositive();
    assertThat(record.has("failure")).isFalse();
  }

  @Test
  void aKeyThatFailedIsToldWithItsFaultAndTheNextCallTellsUntilWhenItRests() {
    gateway.withKeys("sk-rl30-1", "sk-good-1");

    JsonNode first = why(gateway.ask("acme/mock-1"));
    JsonNode second = why(gateway.ask("acme/mock-1"));

    assertThat(step(first, "attempt").path("class").asText()).isEqualTo("rate_limit");
    assertThat(step(first, "attempt").path("status").asInt()).isEqualTo(429);
    assertThat(first.path("attempts").asInt()).isEqualTo(2);
    JsonNode candidate = step(second, "passed_over").at("/candidates/0");
    assertThat(candidate.path("credential").asText())
        .isEqualTo(gateway.credential(1).fingerprint());
    assertThat(candidate.path("why").asText()).isEqualTo("cooldown");
    assertThat(candidate.path("source").asText()).isEqualTo("error");
    assertThat(candidate.path("until").asText()).endsWith("Z");
    assertThat(second.toString()).doesNotContain("sk-rl30").doesNotContain("sk-good");
  }

  @Test
  void anAliasAndAFallbackTellWhereTheyLed() {
    gateway.withProvider("groq", "sk-500-1").withProvider("cerebras", "sk-good-1");

    JsonNode record = why(gateway.ask("caravan/fast"));

    assertThat(record.path("asked_for").asText()).isEqualTo("caravan/fast");
    assertThat(record.path("model").asText()).isEqualTo("cerebras/llama3.1-8b");
    assertThat(step(record, "routed").path("model").asText())
        .isEqualTo("groq/llama-3.1-8b-instant");
    assertThat(step(record, "gave_up").at("/failure/status").asInt()).isGreaterThanOrEqualTo(500);
  }

  @Test
  void aCallThatNobodyServesTellsWhyItFailed() {
    JsonNode record = why(gateway.ask("nobody/at-home"));

    assertThat(record.path("end").asText()).isEqualTo("failed");
    assertThat(record.at("/failure/status").asInt()).isEqualTo(404);
    assertThat(record.path("steps")).isEmpty();
  }

  @Test
  void aStreamThatRunsCanBeAskedAboutAndLaterTellsItsEnd() {
    ClientStream stream = gateway.streamOf("acme/mock-20x50ms").awaitEvents(1);
    String id = stream.header("X-Request-Id");

    JsonNode running = why(id);
    stream.awaitEnd();
    Eventually.holds("it has ended", () -> !why(id).path("end").asText().equals("running"));

    assertThat(running.path("end").asText()).isEqualTo("running");
    assertThat(step(running, "stream_began").path("provider").asText()).isEqualTo("acme");
    assertThat(why(id).at("/usage/output").asInt()).isPositive();
  }

  @Test
  void theListHasTheNewestFirstAndCanBeNarrowedToAModel() {
    gateway.ask("acme/mock-1");
    gateway.ask("acme/mock-2");

    JsonNode all = gateway.admin().get("/admin/why").json().path("calls");
    JsonNode one = gateway.admin().get("/admin/why?model=acme/mock-1").json().path("calls");

    assertThat(all.findValuesAsText("asked_for")).containsExactly("acme/mock-2", "acme/mock-1");
    assertThat(one.findValuesAsText("asked_for")).containsExactly("acme/mock-1");
  }

  @Test
  void onlyTheLastCallsAreKept() {
    gateway.with("DECISION_RECORDS", "2");
    String oldest = gateway.ask("acme/mock-1").header("X-Request-Id");
    gateway.ask("acme/mock-2");
    gateway.ask("acme/mock-3");

    ClientAnswer forgotten = gateway.admin().get("/admin/why/" + oldest);

    assertThat(forgotten.status()).isEqualTo(404);
    assertThat(forgotten.json().at("/error/message").asText()).contains("last 2");
  }

  @Test
  void theRouteHeaderTellsItInShortWhenItIsSwitchedOn() {
    gateway.withKeys("sk-rl30-1", "sk-good-1").with("ROUTE_HEADER", "true");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    assertThat(answer.header("X-Gateway-Route"))
        .isEqualTo("cred=%s;attempts=2;waited=0.0".formatted(gateway.credential(2).fingerprint()));
  }

  @Test
  void theRouteHeaderIsOffUnlessAskedFor() {
    assertThat(gateway.ask("acme/mock-1").header("X-Gateway-Route")).isEmpty();
  }
}
