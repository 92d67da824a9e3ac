package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.Splice.Slice;
import dev.caravan.loop.Loop;
import dev.caravan.loop.Loops;
import dev.caravan.mock.MockProvider;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpstreamTimeoutAnswerTest {
  private final Vertx vertx = Vertx.vertx();
  private final Loops loops = new Loops(vertx, 1);
  private final Loop loop = loops.next();
  private final UpstreamClient client =
      new UpstreamClient(loops, UpstreamTimeouts.defaults(), OutboundProxies.NONE);
  private final Errors errors = new Errors();
  private MockProvider mock;

  @BeforeEach
  void open() throws Exception {
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
    Logger.getLogger("").addHandler(errors);
  }

  @AfterEach
  void close() {
    Logger.getLogger("").removeHandler(errors);
    client.close();
    mock.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aClientThatLeavesWhileItsConnectionIsBeingMadeIsNoErrorInTheLog() throws Exception {
    UpstreamCall left = call();
    left.start();
    left.cancel();

    UpstreamAnswer answer = left.await();
    UpstreamCall next = call();
    next.start();
    next.await();

    assertThat(answer).isInstanceOf(UpstreamAnswer.Cancelled.class);
    assertThat(errors.lines).isEmpty();
  }

  private UpstreamCall call() {
    byte[] body =
        "{\"model\":\"mock-1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .getBytes(UTF_8);
    UpstreamRequest request =
        new UpstreamRequest(
            UpstreamTarget.of(mock.baseUrl() + "/chat/completions"),
            Map.of("authorization", "Bearer sk-good-1"),
            List.of(new Slice(body, 0, body.length)),
            false,
            false,
            "acme/mock-1",
            Dialects.onClassPath().named("openai-chat"),
            null,
            UpstreamTimeouts.defaults(),
            null);
    return new UpstreamCall(request, client, loop, new NoFailures());
  }

  /** No stream breaks here. */
  private static final class NoFailures implements StreamIntake.Failures {
    @Override
    public Fault ofEvent(byte[] json, MultiMap headers) {
      throw new AssertionError("no event is expected");
    }

    @Override
    public Fault ofBreak(FaultClass kind, String evidence, String message) {
      throw new AssertionError("no break is expected: " + message);
    }

    @Override
    public byte[] event(Fault fault) {
      throw new AssertionError("no fault is expected");
    }
  }

  private static final class Errors extends Handler {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().equals(Level.SEVERE)) {
        lines.add(String.valueOf(record.getMessage()));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
