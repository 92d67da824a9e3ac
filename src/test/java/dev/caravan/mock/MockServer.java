package dev.caravan.mock;

import io.vertx.core.Vertx;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One mock for the tests of a class, with fresh counts for each. */
final class MockServer implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private @Nullable Vertx vertx;
  private @Nullable MockProvider mock;

  MockProvider mock() {
    return Objects.requireNonNull(mock, "before the first test");
  }

  MockClient client() {
    return new MockClient(mock());
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    vertx = Vertx.vertx();
    mock = MockProvider.start(vertx, "127.0.0.1", 0);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    mock().reset();
    mock().record(false);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    mock().close();
    Objects.requireNonNull(vertx).close().toCompletionStage().toCompletableFuture().join();
  }
}
