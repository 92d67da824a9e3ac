package dev.caravan.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A line for each failed attempt (operations.md 13.4). */
class FailureLogTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private List<JsonNode> await(int count) {
    Path file = gateway.home().resolve("logs/failures.log");
    Eventually.holds(count + " lines", () -> lines(file).size() >= count);
    assertThat(lines(file)).hasSize(count);
    return lines(file).stream().map(Written::parsed).toList();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAttemptIsToldWithWhatItWasAndWhatWasDecided() {
    gateway.withKeys("sk-rl30-1", "sk-good-1");

    String id = gateway.ask("acme/mock-1").header("X-Request-Id");

    JsonNode line = await(1).getFirst();
    assertThat(line.get("request_id").asText()).isEqualTo(id);
    assertThat(line.get("provider").asText()).isEqualTo("acme");
    assertThat(line.get("model").asText()).isEqualTo("acme/mock-1");
    assertThat(line.get("attempt_number").asInt()).isEqualTo(1);
    assertThat(line.get("error_type").asText()).isEqualTo("rate_limit");
    assertThat(line.get("status").asInt()).isEqualTo(429);
    assertThat(line.get("decision").asText()).isEqualTo("rotate");
    assertThat(line.get("retry_after").asInt()).isEqualTo(30);
    assertThat(line.get("reset_at").asText()).isNotEmpty();
    assertThat(line.at("/request_headers/Authorization").asText()).startsWith("…");
    assertThat(line.toString()).doesNotContain(GatewayFixture.CLIENT_KEY, "sk-rl30-1");
  }

  @Test
  void aStreamThatBreaksAndACallThatIsGivenUpAreToldToo() {
    gateway.withKeys("sk-drop3-1").withProvider("wrong", "sk-ctx-1");

    gateway.streamOf("acme/mock-9x0ms").awaitEnd();
    gateway.ask("wrong/mock-1");

    List<JsonNode> lines = await(2);
    assertThat(lines.getFirst().get("error_type").asText()).isEqualTo("truncated_stream");
    assertThat(lines.getFirst().get("decision").asText()).isEqualTo("fail");
    assertThat(lines.getLast().get("error_type").asText()).isEqualTo("context_window_exceeded");
    assertThat(lines.getLast().get("decision").asText()).isEqualTo("fail");
    assertThat(lines.getLast().get("raw_response").asText()).contains("{");
  }

  @Test
  void itCanBeSwitchedOff() {
    gateway.withKeys("sk-500-1").with("FAILURE_LOG", "false");

    gateway.ask("acme/mock-1");
    gateway.gateway().close();

    assertThat(gateway.home().resolve("logs")).doesNotExist();
  }
}
