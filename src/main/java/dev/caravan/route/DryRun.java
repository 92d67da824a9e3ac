package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.ReadRequest;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.Calls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/**
 * Sends one call through the route of every provider, and one through the dispatch, before a set of
 * routes goes live. Nothing leaves the process: {@code upstream:} answers with a sample, what would
 * send elsewhere is passed over (see {@link Sinks}), no credential is taken and nothing is counted.
 *
 * <p>A call that is refused is a good one: a route may have reasons. A step that throws is not.
 */
public final class DryRun {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String MODEL = "dry-run";

  private final Dialects dialects;
  private final LiveProviders providers;

  public DryRun(Dialects dialects, LiveProviders providers) {
    this.dialects = dialects;
    this.providers = providers;
  }

  /** What a dry run has found. The message begins with what was called. */
  public static final class Failed extends Exception {
    private static final long serialVersionUID = 1;

    Failed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Runs it.
   *
   * @throws Failed for the first route that throws, or does not come back in time
   */
  public void run(CamelContext context) throws Failed, InterruptedException {
    try (ProducerTemplate to = context.createProducerTemplate()) {
      for (String provider : providers.all().keySet()) {
        send(context, to, "direct:provider-" + provider, provider);
      }
      if (!providers.all().isEmpty() && context.hasEndpoint("direct://dispatch") != null) {
        send(context, to, "direct:dispatch", providers.all().firstKey());
      }
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(CamelContext context, ProducerTemplate to, String uri, String provider)
      throws Failed, InterruptedException {
    Exchange exchange = exchange(context, provider + "/" + MODEL);
    CountDownLatch done = new CountDownLatch(1);
    Thread.startVirtualThread(
        () -> {
          try {
            to.send(uri, exchange);
          } finally {
            done.countDown();
          }
        });
    if (!done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      exchange.setRouteStop(true); // ends what goes round in a loop
      throw new Failed(
          "dry run of %s by template %s: it does not come back within %d s; is there a loop or a long wait in it?"
              .formatted(uri, template(provider), PATIENCE.toSeconds()),
          null);
    }
    Exception problem = exchange.getException();
    if (problem != null && !isRefusal(problem) && !Sinks.haveSkipped(exchange)) {
      throw new Failed(
          "dry run of %s by template %s: %s"
              .formatted(uri, template(provider), problem.getMessage()),
          problem);
    }
  }

  private String template(String provider) {
    Provider data = providers.find(provider);
    return data == null ? "" : data.routeTemplate();
  }

  private Exchange exchange(CamelContext context, String model) {
    byte[] body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"dry run\"}]}"
            .formatted(model)
            .getBytes(StandardCharsets.UTF_8);
    Exchange exchange = context.getEndpoint("direct:dry-run").createExchange(ExchangePattern.InOut);
    Calls.markDryRun(exchange);
    Call call =
        new Call(
            "dry-run",
            "dry-run",
            OpenAiChat.NAME,
            model,
            false,
            Deadline.in(PATIENCE, TimeSource.system()));
    ModelName.parse(model).ifPresent(call::routeTo);
    Calls.open(exchange, call);
    Calls.read(exchange, new ReadRequest(body, dialects.named(OpenAiChat.NAME).readRequest(body)));
    return exchange;
  }

  private static boolean isRefusal(Throwable problem) {
    for (Throwable t = problem; t != null; t = t.getCause()) {
      if (t instanceof CallFailed) {
        return true;
      }
    }
    return false;
  }
}
