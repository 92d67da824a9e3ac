package dev.caravan.upstream;

import dev.caravan.call.FaultClass;
import io.vertx.core.MultiMap;

/** What came of an upstream call, as far as the wire goes. */
sealed interface UpstreamAnswer {

  /** A whole answer of any status. */
  record Whole(int status, MultiMap headers, byte[] body) implements UpstreamAnswer {}

  /** A stream whose first content is in. */
  record Opened(MultiMap headers, UpstreamStream stream) implements UpstreamAnswer {}

  /** A stream that began with an error event. */
  record ErrorEvent(MultiMap headers, byte[] json) implements UpstreamAnswer {}

  /** No answer. */
  record Broken(FaultClass kind, String evidence, String message) implements UpstreamAnswer {}

  /** The call was cancelled from this side. */
  record Cancelled() implements UpstreamAnswer {}
}
