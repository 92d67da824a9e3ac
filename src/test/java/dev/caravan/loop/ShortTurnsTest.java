package dev.caravan.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShortTurnsTest {
  private static final int SOCKETS = 300;

  private final Vertx vertx = ShortTurns.vertx(oneLoop().setPreferNativeTransport(true));
  private final Vertx clients = Vertx.vertx(oneLoop());

  private static VertxOptions oneLoop() {
    return new VertxOptions().setEventLoopPoolSize(1);
  }

  @AfterEach
  void close() {
    await(vertx.close());
    await(clients.close());
  }

  @Test
  void whatIsToBeDoneOnALoopDoesNotWaitForAllSocketsOfABurst() throws Exception {
    assumeTrue(Epoll.isAvailable(), "there is no epoll here");
    EventLoop loop = ((VertxInternal) vertx).getEventLoopGroup().next();
    AtomicInteger read = new AtomicInteger();
    CompletableFuture<Integer> readBeforeTheTask = new CompletableFuture<>();
    CountDownLatch all = new CountDownLatch(SOCKETS);
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        bytes -> {
                          if (read.incrementAndGet() == 1) {
                            loop.execute(() -> readBeforeTheTask.complete(read.get()));
                          }
                          all.countDown();
                        }));
    int port = await(server.listen(0, "127.0.0.1")).actualPort();
    NetClient client = clients.createNetClient();
    List<NetSocket> sockets = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      sockets.add(await(client.connect(port, "127.0.0.1")));
    }

    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    loop.execute(
        () -> {
          begun.countDown();
          hold(written);
        });
    begun.await();
    sockets.forEach(socket -> await(socket.write("x")));
    written.countDown();

    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(readBeforeTheTask.get(10, TimeUnit.SECONDS)).isLessThan(SOCKETS / 2);
  }

  private static void hold(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> result) {
    return result.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
