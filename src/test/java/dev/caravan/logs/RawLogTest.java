package dev.caravan.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What crosses the client's border, as it was (operations.md 13.3). */
class RawLogTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private Path raw() {
    return gateway.home().resolve("logs/raw_io");
  }

  @Test
  void requestsToAllPathsAreWrittenRefusedOnesToo() {
    gateway.withKeys("sk-good-1").with("RAW_LOG", "true");

    gateway.client().get("/v1/models?key=abcdefgh12345678");
    gateway.client().get("/nowhere");
    gateway.post("{no json");

    List<Written> all = Written.await(raw(), 3);
    assertThat(all)
        .anySatisfy(
            call -> {
              JsonNode request = call.json("request.json");
              assertThat(request.get("method").asText()).isEqualTo("GET");
              assertThat(request.get("path").asText())
                  .startsWith("/v1/models?key=")
                  .doesNotContain("abcdefgh");
              assertThat(call.json("final_response.json").at("/body/object").asText())
                  .isEqualTo("list");
            });
    assertThat(all)
        .anySatisfy(
            call -> {
              assertThat(call.json("request.json").get("body").asText()).isEqualTo("{no json");
              assertThat(call.json("final_response.json").get("status_code").asInt())
                  .isEqualTo(400);
            });
    assertThat(all)
        .anySatisfy(
            call ->
                assertThat(call.json("metadata.json").get("status_code").asInt()).isEqualTo(404));
  }

  @Test
  void aStreamIsWrittenAsTheEventsThatWereSent() {
    gateway.withKeys("sk-good-1").with("RAW_LOG", "true");

    ClientStream stream = gateway.streamOf("acme/mock-3x0ms").awaitEnd();

    Written call = Written.awaitOne(raw());
    assertThat(call.name()).matches("\\d{8}_\\d{6}_[0-9a-z]{8}");
    StringBuilder sent = new StringBuilder();
    call.lines("streaming_chunks.jsonl").forEach(line -> sent.append(line.get("chunk").asText()));
    assertThat(sent.toString().lines().toList()).isEqualTo(stream.lines());
    assertThat(call.json("metadata.json").get("provider").asText()).isEqualTo("acme");
  }
}
