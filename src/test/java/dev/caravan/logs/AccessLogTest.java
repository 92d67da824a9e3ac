package dev.caravan.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Eventually;
import dev.caravan.GatewayFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The line about a request at its end (operations.md 13.1). */
class AccessLogTest {
  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  private List<String> lines() {
    return gateway.logged().stream().filter(line -> line.startsWith("access: ")).toList();
  }

  @Test
  void eachRequestHasOneLineWhenItIsOver() {
    gateway.withKeys("sk-rl30-1", "sk-good-1").with("ACCESS_LOG", "true");

    String id = gateway.ask("acme/mock-1").header("X-Request-Id");
    gateway.client().get("/v1/models?key=x");
    gateway.streamOf("acme/mock-2x0ms").awaitEnd();
    gateway.client().get("/nowhere");

    Eventually.holds("four lines", () -> lines().size() >= 4);
    assertThat(lines()).hasSize(4);
    assertThat(lines().getFirst())
        .matches(
            "access: POST /v1/chat/completions 200 \\d+ ms acme/mock-1 credential [0-9a-f]{12}"
                + " \\(2 attempts\\) \\d+\\+\\d+ tokens for default from 127.0.0.1:\\d+ id "
                + id);
    assertThat(lines().get(1)).startsWith("access: GET /v1/models 200 ").doesNotContain("key=");
    assertThat(lines().getLast()).startsWith("access: GET /nowhere 404 ");
    assertThat(gateway.home().resolve("logs/transactions")).doesNotExist();
  }

  @Test
  void withoutItNoLineIsLogged() {
    gateway.withKeys("sk-good-1");

    gateway.ask("acme/mock-1");
    gateway.gateway().close();

    assertThat(lines()).isEmpty();
  }
}
