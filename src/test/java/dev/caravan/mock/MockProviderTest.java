package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MockProviderTest {
  @RegisterExtension static final MockServer SERVER = new MockServer();

  private final MockProvider mock = SERVER.mock();
  private final MockClient client = SERVER.client();

  @Test
  void requestsAreCountedByKeyModelAndStatus() throws Exception {
    client.plain("mock-1");
    client.stream("mock-3x0ms");
    client.with("sk-bad-1").plain("mock-1");

    var stats = mock.awaitStats(now -> now.inFlight() == 0, MockClient.PATIENCE);
    assertThat(stats.total()).isEqualTo(3);
    assertThat(stats.streams()).isEqualTo(1);
    assertThat(stats.chunks()).isEqualTo(3);
    assertThat(stats.ofKey("sk-good-1")).isEqualTo(2);
    assertThat(stats.ofKey("sk-bad-1")).isEqualTo(1);
    assertThat(stats.ofModel("mock-1")).isEqualTo(2);
    assertThat(stats.ofStatus(200)).isEqualTo(2);
    assertThat(stats.ofStatus(401)).isEqualTo(1);
    assertThat(stats.ofStatus(500)).isZero();
    assertThat(stats.aborted()).isZero();
    assertThat(stats.openConnections()).isPositive();
  }

  @Test
  void aClientThatLeavesIsCountedAndItsStreamStops() throws Exception {
    client.leaveAfter(3, "mock-100000x1ms");

    var stats = mock.awaitStats(now -> now.aborted() == 1, MockClient.PATIENCE);
    assertThat(stats.aborted()).isEqualTo(1);
    assertThat(stats.inFlight()).isZero();
    assertThat(stats.maxInFlight()).isEqualTo(1);
    assertThat(stats.chunks()).isLessThan(100_000);
  }

  @Test
  void aCutByTheMockIsNoAbortByTheClient() throws Exception {
    client.stream("mock-drop2");

    var stats = mock.awaitStats(now -> now.inFlight() == 0, MockClient.PATIENCE);
    assertThat(stats.aborted()).isZero();
  }

  @Test
  void requestsAreKeptAsReceivedWhileRecording() {
    mock.record(true);
    client.at("POST", "/v1/chat/completions?x=1", "{\"model\":\"mock-1\", \"foo\":[1]}");
    mock.record(false);
    client.plain("mock-1");

    assertThat(mock.requests()).hasSize(1);
    ReceivedRequest received = mock.requests().getFirst();
    assertThat(received.method()).isEqualTo("POST");
    assertThat(received.path()).isEqualTo("/v1/chat/completions?x=1");
    assertThat(received.header("AUTHORIZATION")).containsExactly("Bearer sk-good-1");
    assertThat(received.header("absent")).isEmpty();
    assertThat(received.text()).isEqualTo("{\"model\":\"mock-1\", \"foo\":[1]}");
  }

  @Test
  void onlyTheLastHundredRequestsAreKept() {
    mock.record(true);

    IntStream.range(0, 103).forEach(i -> client.plain("mock-n" + i));

    assertThat(mock.requests()).hasSize(100);
    assertThat(mock.requests().getFirst().text()).contains("mock-n3\"");
    assertThat(mock.requests().getLast().text()).contains("mock-n102\"");
  }

  @Test
  void aResetForgetsCountsAndRequests() throws Exception {
    mock.record(true);
    client.plain("mock-1");
    mock.awaitStats(now -> now.inFlight() == 0, MockClient.PATIENCE);

    mock.reset();

    assertThat(mock.requests()).isEmpty();
    assertThat(mock.stats().total()).isZero();
    assertThat(mock.stats().perKey()).isEmpty();
    assertThat(mock.stats().maxInFlight()).isZero();
  }

  @Test
  void aShellUserSeesTheSameFigures() throws Exception {
    client.at("POST", "/__record?on=1", "");
    client.plain("mock-rl");
    mock.awaitStats(now -> now.inFlight() == 0, MockClient.PATIENCE);

    var stats = MockClient.tree(client.at("GET", "/__stats", "").body());
    var last = MockClient.tree(client.at("GET", "/__last", "").body());

    assertThat(stats.get("total").asInt()).isEqualTo(1);
    assertThat(stats.get("inflight").asInt()).isZero();
    assertThat(stats.at("/per_key/sk-good-1").asInt()).isEqualTo(1);
    assertThat(stats.at("/per_model/mock-rl").asInt()).isEqualTo(1);
    assertThat(stats.at("/per_status/429").asInt()).isEqualTo(1);
    assertThat(last.at("/0/path").asText()).isEqualTo("/v1/chat/completions");
    assertThat(MockClient.tree(last.at("/0/body").asText()).get("model").asText())
        .isEqualTo("mock-rl");

    client.at("POST", "/__reset", "");
    assertThat(mock.stats().total()).isZero();
    assertThat(client.at("GET", "/__nothing", "").statusCode()).isEqualTo(404);
  }

  @Test
  void theModelListNamesModelsThatAnswer() {
    var list = MockClient.tree(client.at("GET", "/v1/models", "").body());

    assertThat(list.get("object").asText()).isEqualTo("list");
    assertThat(list.get("data"))
        .extracting(card -> card.get("id").asText())
        .contains("mock-1", "mock-echo", "mock-50x20ms", "mock-rl7");
  }

  @Test
  void otherPrefixesAreServedAndOtherPathsRefused() {
    String question = MockClient.question("mock-1", false);

    assertThat(client.at("POST", "/chat/completions", question).statusCode()).isEqualTo(200);
    assertThat(client.at("POST", "/openai/v1/chat/completions", question).statusCode())
        .isEqualTo(200);
    assertThat(client.at("HEAD", "/", "").statusCode()).isEqualTo(200);
    assertThat(client.at("GET", "/", "").statusCode()).isEqualTo(200);
    assertThat(client.at("POST", "/v1/nothing", question).statusCode()).isEqualTo(404);
    var wrongMethod = client.at("GET", "/v1/chat/completions", "");
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(wrongMethod.headers().firstValue("allow")).hasValue("POST");
  }

  @Test
  void whatIsNoRequestIsRefusedAsTheRealOneDoes() {
    var broken = client.at("POST", "/v1/chat/completions", "{\"model\":\"mock-1\"");
    var list = client.at("POST", "/v1/chat/completions", "[1]");
    var noModel = client.at("POST", "/v1/chat/completions", "{\"stream\":true}");

    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(list.statusCode()).isEqualTo(400);
    assertThat(noModel.statusCode()).isEqualTo(400);
    assertThat(MockClient.tree(noModel.body()).at("/error/message").asText())
        .isEqualTo("you must provide a model parameter");
  }

  @Test
  void aModelNameWithQuotesComesBackAsItWas() {
    var response = client.at("POST", "/v1/chat/completions", "{\"model\":\"a\\\"b\\u00e9\\n\"}");

    assertThat(MockClient.tree(response.body()).get("model").asText()).isEqualTo("a\"bé\n");
  }

  @Test
  void twoMocksOfOneVertxAreTwo() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (MockProvider one = MockProvider.start(vertx, "127.0.0.1", 0);
        MockProvider two = MockProvider.start(vertx, "127.0.0.1", 0)) {
      IntStream.range(0, 4).forEach(i -> new MockClient(one).plain("mock-1"));

      assertThat(one.port()).isNotEqualTo(two.port());
      assertThat(one.stats().total()).isEqualTo(4);
      assertThat(two.stats().total()).isZero();
      assertThatThrownBy(() -> MockProvider.start(vertx, "127.0.0.1", one.port()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("mock: cannot listen on 127.0.0.1:" + one.port());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @Test
  void aClosedMockAnswersNoMoreAndItsPortIsFree() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      MockProvider closed = MockProvider.start(vertx, "127.0.0.1", 0);
      closed.close();

      assertThatThrownBy(() -> new MockClient(closed).plain("mock-1"))
          .hasCauseInstanceOf(IOException.class);
      MockProvider.start(vertx, "127.0.0.1", closed.port()).close();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
