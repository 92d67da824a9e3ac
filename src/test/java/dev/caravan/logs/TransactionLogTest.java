package dev.caravan.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The folder of a call (operations.md 13.2). */
class TransactionLogTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private Path transactions() {
    return gateway.home().resolve("logs/transactions");
  }

  @Test
  void aPlainCallIsWrittenWithWhatWasSaidOnBothSides() throws Exception {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true");

    ClientAnswer answer = gateway.ask("acme/mock-1");

    Written call = Written.awaitOne(transactions());
    assertThat(call.name()).matches("\\d{8}_\\d{6}_oai_acme_mock-1_[0-9a-z]{8}");
    assertThat(String.valueOf(call.folder().resolveSibling("").getFileName()))
        .matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(call.files())
        .containsExactly(
            "metadata.json",
            "provider/final_response.json",
            "provider/request_payload.json",
            "request.json",
            "response.json");
    assertThat(call.json("request.json").at("/data/messages/0/content").asText()).isEqualTo("hi");
    assertThat(call.json("request.json").at("/data/model").asText()).isEqualTo("acme/mock-1");
    assertThat(call.json("provider/request_payload.json").at("/data/model").asText())
        .isEqualTo("mock-1");
    assertThat(call.json("response.json").at("/status_code").asInt()).isEqualTo(200);
    assertThat(call.json("response.json").get("data")).isEqualTo(answer.json());
    JsonNode facts = call.json("metadata.json");
    assertThat(facts.get("request_id").asText()).isEqualTo(answer.header("X-Request-Id"));
    assertThat(facts.get("provider").asText()).isEqualTo("acme");
    assertThat(facts.get("streaming").asBoolean()).isFalse();
    assertThat(facts.get("finish_reason").asText()).isEqualTo("stop");
    assertThat(facts.at("/usage/total_tokens").asInt())
        .isEqualTo(answer.json().at("/usage/total_tokens").asInt())
        .isPositive();
    assertThat(facts.get("surface").asText()).isEqualTo("chat");
    assertThat(facts.get("client_key").asText()).isEqualTo("default");
    assertThat(facts.at("/attempts/0/status").asInt()).isEqualTo(200);
    assertThat(Files.getPosixFilePermissions(call.folder().resolve("request.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  @Test
  void aStreamIsWrittenChunkByChunkAndAsTheAnswerThatItMakes() {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true");

    ClientStream stream = gateway.streamOf("acme/mock-think2-4x0ms").awaitEnd();

    Written call = Written.awaitOne(transactions());
    assertThat(call.lines("streaming_chunks.jsonl")).hasSize(stream.data().size());
    assertThat(call.lines("streaming_chunks.jsonl").getLast().get("chunk").asText())
        .isEqualTo("[DONE]");
    JsonNode answer = call.json("response.json").get("data");
    assertThat(answer.get("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(stream.text());
    assertThat(answer.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    // the gateway's own question about usage is a change of what the client said
    assertThat(
            call.json("request_transformed.json")
                .at("/data/stream_options/include_usage")
                .asBoolean())
        .isTrue();
    assertThat(call.text("provider/response_stream.log")).contains("data: [DONE]");
    JsonNode facts = call.json("metadata.json");
    assertThat(facts.get("streaming").asBoolean()).isTrue();
    assertThat(facts.get("ttft_ms").isNumber()).isTrue();
    assertThat(facts.get("reasoning_found").asBoolean()).isTrue();
    assertThat(facts.get("reasoning_content").asText()).isNotEmpty();
    assertThat(facts.at("/usage/completion_tokens").asInt()).isPositive();
  }

  @Test
  void eachFailedAttemptIsInTheProvidersErrorLog() {
    gateway.withKeys("sk-rl30-1", "sk-good-1").with("REQUEST_LOG", "true");

    assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);

    Written call = Written.awaitOne(transactions());
    List<JsonNode> errors = call.lines("provider/error.log");
    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst().get("error_class").asText()).isEqualTo("rate_limit");
    assertThat(errors.getFirst().get("status").asInt()).isEqualTo(429);
    assertThat(errors.getFirst().get("data").isObject()).isTrue();
    assertThat(call.json("metadata.json").at("/attempts").size()).isEqualTo(2);
    assertThat(call.json("metadata.json").at("/attempts/0/error_class").asText())
        .isEqualTo("rate_limit");
  }

  @Test
  void ofACallThatTheClientLeavesThereIsWhatHadBeenSaid() {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true");

    ClientStream stream = gateway.streamOf("acme/mock-400x10ms").awaitEvents(3);
    stream.leave();

    Written call = Written.awaitOne(transactions());
    assertThat(call.json("metadata.json").get("end").asText()).isEqualTo("cancelled");
    assertThat(call.json("response.json").at("/data/choices/0/message/content").asText())
        .startsWith("token 1");
  }

  @Test
  void inErrorsModeOnlyFailedCallsAreWritten() {
    gateway
        .withKeys("sk-good-1")
        .withProvider("broken", "sk-500-1")
        .withProvider("torn", "sk-drop3-1")
        .with("REQUEST_LOG", "true")
        .with("REQUEST_LOG_MODE", "errors");

    gateway.ask("acme/mock-1");
    gateway.ask("broken/mock-1");
    gateway.streamOf("torn/mock-9x0ms").awaitEnd();
    gateway.ask("acme/mock-1");

    List<Written> calls = Written.await(transactions(), 2);
    assertThat(calls).anySatisfy(call -> assertThat(call.name()).contains("_broken_"));
    assertThat(calls).anySatisfy(call -> assertThat(call.name()).contains("_torn_"));
    assertThat(calls)
        .allSatisfy(
            call -> assertThat(call.json("request.json").at("/data/model").isTextual()).isTrue());
  }

  @Test
  void inMetaModeNothingOfWhatWasSaidIsWritten() {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true").with("REQUEST_LOG_MODE", "meta");

    gateway.streamOf("acme/mock-2x0ms").awaitEnd();

    Written call = Written.awaitOne(transactions());
    assertThat(call.files()).containsExactly("metadata.json");
    assertThat(call.json("metadata.json").at("/usage/completion_tokens").asInt()).isPositive();
  }

  @Test
  void ofASampleOfNoneOnlyTheOperatorsOwnRequestIsWritten() {
    String admin = "admin-0123456789abcdef";
    gateway
        .withKeys("sk-good-1")
        .with("ADMIN_TOKEN", admin)
        .with("REQUEST_LOG", "true")
        .with("REQUEST_LOG_SAMPLE", "0");
    Client operator = new Client(gateway.gateway().port(), admin);
    String question = Client.question("acme/mock-2", false);

    gateway.ask("acme/mock-1");
    gateway
        .client()
        .post(BodyPublishers.ofString(question), r -> r.header("X-Gateway-Log", "full"));
    operator.post(BodyPublishers.ofString(question), r -> r.header("X-Gateway-Log", "full"));

    Written call = Written.awaitOne(transactions());
    assertThat(call.json("metadata.json").get("client_key").asText()).isEqualTo("admin");
    assertThat(call.json("request.json").at("/data/model").asText()).isEqualTo("acme/mock-2");
  }

  @Test
  void noNameOfAModelLeadsOutOfTheFolder() {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true");

    gateway.ask("acme/../../../evil:*?\\u0000<x>|" + "m".repeat(300));

    Written call = Written.awaitOne(transactions());
    assertThat(call.folder().toAbsolutePath().normalize()).startsWith(transactions());
    assertThat(call.name()).matches("[A-Za-z0-9._+@-]{1,120}").doesNotContain("..");
  }

  @Test
  void aSecretInWhatAClientSaysOrIsToldIsMasked() {
    gateway.withKeys("sk-good-secret-1").with("REQUEST_LOG", "true").with("RAW_LOG", "true");
    String said =
        """
        {"model":"acme/mock-echo","messages":[{"role":"user","content":"my key is sk-good-secret-1"}],\
        "metadata":{"api_key":"hunter2hunter2","password":12345678}}""";

    gateway.post(said);

    Written call = Written.awaitOne(transactions());
    Written raw = Written.awaitOne(gateway.home().resolve("logs/raw_io"));
    for (Written written : List.of(call, raw)) {
      for (String file : written.files()) {
        assertThat(written.text(file))
            .as(file)
            .doesNotContain("sk-good-secret-1", "hunter2", "12345678", GatewayFixture.CLIENT_KEY);
      }
    }
    assertThat(call.json("request.json").at("/data/messages/0/content").asText())
        .isEqualTo("my key is …");
    assertThat(raw.json("request.json").at("/headers/Authorization").asText()).startsWith("…");
  }

  @Test
  void whenTheFolderIsDeletedItComesBackAndNoRequestFails() throws Exception {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true").with("RAW_LOG", "true");
    gateway.ask("acme/mock-1");
    Written.awaitOne(gateway.home().resolve("logs/raw_io"));

    deleteLogs();
    assertThat(gateway.ask("acme/mock-2").status()).isEqualTo(200);

    Written call = Written.awaitOne(transactions());
    assertThat(call.name()).contains("mock-2");
    assertThat(gateway.gateway().logFiles().failed()).isZero();
  }

  private void deleteLogs() throws Exception {
    try (var files = Files.walk(gateway.home().resolve("logs"))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whenNothingCanBeWrittenRequestsGoOnAndItIsToldOnce() throws Exception {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true");
    // a file where the folder should be fails for every user, the super user too
    Files.writeString(gateway.home().resolve("logs"), "in the way");

    for (int i = 0; i < 5; i++) {
      assertThat(gateway.ask("acme/mock-1").status()).isEqualTo(200);
    }

    Eventually.holds("five are counted", () -> gateway.gateway().logFiles().failed() >= 5);
    assertThat(gateway.logged())
        .filteredOn(line -> line.contains("could not be written"))
        .hasSize(1);
  }

  @Test
  void memoryStaysBoundedWhenNobodyReadsAndWhatIsLeftOutIsCounted() {
    gateway.withKeys("sk-good-1").with("REQUEST_LOG", "true").with("LOG_QUEUE_MAX_MB", "1");
    String large =
        """
        {"model":"acme/mock-1","messages":[{"role":"user","content":"%s"}]}"""
            .formatted("x".repeat(1_100_000));

    assertThat(gateway.post(large).status()).isEqualTo(200);
    assertThat(gateway.ask("acme/mock-2").status()).isEqualTo(200);

    List<Written> calls = Written.await(transactions(), 2);
    assertThat(calls.getFirst().files()).containsExactly("metadata.json");
    assertThat(calls.getFirst().json("metadata.json").get("content_dropped").asBoolean()).isTrue();
    assertThat(calls.getLast().files()).contains("request.json");
    assertThat(gateway.gateway().logFiles().leftOut()).isEqualTo(1);
    Eventually.holds("all memory is given back", () -> gateway.gateway().logFiles().waiting() == 0);
  }

  @Test
  void withNothingSwitchedOnNothingIsWritten() {
    gateway.withKeys("sk-good-1");

    gateway.ask("acme/mock-1");
    gateway.streamOf("acme/mock-2x0ms").awaitEnd();
    gateway.gateway().close();

    assertThat(gateway.home().resolve("logs")).doesNotExist();
  }
}
