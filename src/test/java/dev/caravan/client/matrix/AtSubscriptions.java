package dev.caravan.client.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.GatewayFixture;
import dev.caravan.mock.ReceivedRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.provider.Arguments;

/** The vendors' SDKs at one gateway whose providers are subscriptions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AtSubscriptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GatewayFixture gateway = new GatewayFixture();
  private final Map<String, Sdk> sdks = new LinkedHashMap<>();

  /** Sets the providers up. */
  abstract void provide(GatewayFixture gateway);

  @BeforeAll
  void start() throws Exception {
    gateway.begin();
    gateway.mock().record(true);
    provide(gateway);
    String url = "http://127.0.0.1:" + gateway.gateway().port();
    Sdk.ALL.forEach(
        row -> sdks.put(row.name(), row.make().apply(new Sdk.At(url, GatewayFixture.CLIENT_KEY))));
  }

  @AfterAll
  void stop() throws Exception {
    sdks.values().forEach(Sdk::close);
    gateway.end();
  }

  @AfterEach
  void forget() {
    gateway.mock().reset();
  }

  /** Each client at each of these, whole and streamed. */
  static Stream<Arguments> cells(List<String> askedFor) {
    return Sdk.ALL.stream()
        .flatMap(
            client ->
                askedFor.stream()
                    .flatMap(
                        name ->
                            Stream.of(false, true)
                                .map(stream -> Arguments.of(client, name, stream))));
  }

  Sdk sdk(Sdk.Row client) {
    return Objects.requireNonNull(sdks.get(client.name()));
  }

  /** The body of the last of these requests that the providers got. */
  JsonNode lastRequest(Predicate<ReceivedRequest> which) throws IOException {
    return JSON.readTree(
        gateway.mock().requests().stream().filter(which).toList().getLast().text());
  }
}
