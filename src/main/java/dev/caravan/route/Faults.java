package dev.caravan.route;

import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.provider.ErrorRules;
import dev.caravan.upstream.UpstreamFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.jspecify.annotations.Nullable;

/** What a failed step of a provider template means, whichever component it used. Thread-safe. */
public final class Faults {
  private final TimeSource time;

  public Faults(TimeSource time) {
    this.time = time;
  }

  /** The fault behind an exception; null when it is a bug of ours and no attempt at all. */
  @Nullable Fault of(Throwable problem, String provider, Secret secret) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof UpstreamFault upstream) {
        return upstream.fault();
      }
      if (cause instanceof HttpOperationFailedException http) {
        String body = http.getResponseBody();
        return new ErrorRules(provider, time)
            .classify(
                http.getStatusCode(),
                name ->
                    http.getResponseHeaders() == null ? null : http.getResponseHeaders().get(name),
                body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8),
                List.of(secret));
      }
      if (cause instanceof IOException io) {
        return Fault.of(
            FaultClass.API_CONNECTION, "transport connection", String.valueOf(io.getMessage()));
      }
    }
    return null;
  }
}
