package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.upstream.Calls;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code noteFailure}, for the fallback of a provider's circuit breaker: keeps the failure
 * on the call, where a later step may send the call elsewhere and the surface answers it otherwise.
 */
public final class NoteFailure implements Processor {

  @Override
  public void process(Exchange exchange) {
    Call call = Calls.of(exchange);
    if (call.isFailed()) {
      return;
    }
    Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof CallFailed failed) {
        call.fail(failed.failure());
        return;
      }
    }
    String provider = call.model() == null ? "" : call.model().provider();
    if (cause == null || cause instanceof CallNotPermittedException) {
      call.fail(resting(provider));
      return;
    }
    // not a failure of a call: a bug, or a step of a team that threw
    exchange.setException(cause);
  }

  private static Failure resting(String provider) {
    return Failure.of(
            Kind.UPSTREAM_UNAVAILABLE,
            Stage.UPSTREAM,
            "upstream %s: it has failed too often and is given a rest; ask again in a moment, or another provider"
                .formatted(provider))
        .atProvider(provider)
        .retryIn(Duration.ofSeconds(15));
  }
}
