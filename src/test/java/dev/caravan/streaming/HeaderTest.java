package dev.caravan.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers stay on the side that they came from. */
class HeaderTest {
  private static final String SECRET = "client-side-4711";

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingOfTheClientsHeadersReachesTheProvider(boolean stream) {
    gateway.withKeys("sk-good-1");
    gateway.mock().record(true);

    gateway.client().stream(
            Client.question("acme/mock-1x0ms", stream),
            request ->
                request
                    .header("x-api-key", SECRET)
                    .header("Cookie", "session=" + SECRET)
                    .header("X-Forwarded-For", SECRET)
                    .header("Forwarded", "for=" + SECRET)
                    .header("OpenAI-Organization", SECRET)
                    .header("Proxy-Authorization", SECRET)
                    .header("Accept-Encoding", "gzip, br")
                    .header("traceparent", SECRET)
                    .header("CamelHttpUri", "http://127.0.0.1:1/" + SECRET)
                    .header("CamelHttpMethod", "DELETE")
                    .header("User-Agent", SECRET))
        .awaitEnd();

    ReceivedRequest received = gateway.mock().requests().getFirst();
    assertThat(received.method()).isEqualTo("POST");
    assertThat(received.path()).isEqualTo("/v1/chat/completions");
    assertThat(received.headers().toString()).doesNotContain(SECRET);
    assertThat(received.header("Authorization")).containsExactly("Bearer sk-good-1");
    assertThat(received.header("User-Agent").getFirst()).startsWith("caravan/");
    assertThat(names(received.headers().keySet()))
        .isSubsetOf(
            "host", "authorization", "content-type", "content-length", "accept", "user-agent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme/mock-1", "acme/mock-ctx", "acme/mock-rl30", "acme/mock-bad"})
  void nothingOfTheProvidersHeadersReachesTheClient(String model) {
    gateway.withKeys("sk-good-1").with("GLOBAL_TIMEOUT", "2");

    ClientAnswer plain = gateway.ask(model);
    ClientStream stream = gateway.streamOf(model).awaitEnd();

    Set<String> names = names(plain.headers().map().keySet());
    names.addAll(names(stream.headers().map().keySet()));
    assertThat(names)
        .isSubsetOf(
            "content-type",
            "content-length",
            "transfer-encoding",
            "cache-control",
            "x-accel-buffering",
            "x-request-id",
            "x-gateway-provider",
            "x-gateway-attempts",
            "x-gateway-overhead-ms",
            "x-should-retry",
            "retry-after");
    assertThat(plain.header("X-Request-Id")).doesNotStartWith("req_");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "my-Request_1.2", "0123456789abcdef0123456789abcdef"})
  void aGoodRequestIdIsEchoed(String id) {
    assertThat(askedAs(id).header("X-Request-Id")).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with blank", "<script>", "é", "a,b"})
  void anyOtherRequestIdIsReplaced(String id) {
    assertThat(askedAs(id).header("X-Request-Id"))
        .isNotEqualTo(id)
        .matches("[A-Za-z0-9._-]{8,128}");
  }

  @Test
  void aRequestIdThatIsTooLongIsReplaced() {
    assertThat(askedAs("x".repeat(129)).header("X-Request-Id")).hasSizeLessThan(129);
  }

  @Test
  void eachRequestGetsAnIdOfItsOwnAndRefusalsToo() {
    List<String> ids =
        Stream.of(
                gateway.ask("acme/mock-1"),
                gateway.ask("acme/mock-2"),
                gateway.ask("nobody/x"),
                gateway.client().get("/nowhere"),
                gateway.client().get("/health/live"))
            .map(answer -> answer.header("X-Request-Id"))
            .toList();

    assertThat(ids).doesNotHaveDuplicates().noneMatch(String::isEmpty);
  }

  private ClientAnswer askedAs(String id) {
    return gateway
        .client()
        .post(
            BodyPublishers.ofString(Client.question("acme/mock-1", false)),
            request -> request.header("X-Request-Id", id));
  }

  private static Set<String> names(Set<String> headers) {
    return headers.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }
}
