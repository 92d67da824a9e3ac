package dev.caravan.route;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.provider.ErrorRules;
import dev.caravan.provider.Provider;
import dev.caravan.upstream.UpstreamFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.jspecify.annotations.Nullable;

/** What a failed step of a provider template means, whichever component it used. Thread-safe. */
public final class Faults {
  private final Function<String, @Nullable Provider> providers;
  private final UnaryOperator<String> mask;

  public Faults(Function<String, @Nullable Provider> providers, UnaryOperator<String> mask) {
    this.providers = providers;
    this.mask = mask;
  }

  /** The fault behind an exception; null when it is a bug of ours and no attempt at all. */
  @Nullable Fault of(Throwable problem, String provider) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof UpstreamFault upstream) {
        return upstream.fault();
      }
      if (cause instanceof HttpOperationFailedException http) {
        String body = http.getResponseBody();
        return rules(provider)
            .classify(
                http.getStatusCode(),
                name -> http.getResponseHeaders() == null ? null : http.getResponseHeaders().get(name),
                body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8));
      }
      if (cause instanceof IOException io) {
        return rules(provider).transport(FaultClass.API_CONNECTION, "connection", String.valueOf(io.getMessage()));
      }
    }
    return null;
  }

  private ErrorRules rules(String provider) {
    Provider data = providers.apply(provider);
    return new ErrorRules(data == null ? Provider.named(provider) : data, mask);
  }
}
