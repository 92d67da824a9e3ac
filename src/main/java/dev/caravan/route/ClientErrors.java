package dev.caravan.route;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.anthropic.AnthropicMessages;
import dev.caravan.dialect.gemini.Gemini;
import dev.caravan.dialect.openai.OpenAiChat;
import dev.caravan.dialect.openai.responses.OpenAiResponses;
import dev.caravan.http.Refusals;
import dev.caravan.http.Reply;
import dev.caravan.http.RequestHead;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Failures as clients want them: each path has a dialect, and the headers that libraries obey
 * (http-api.md 1.5, 1.8). The one place that answers failures, wherever on the road they happened.
 * Thread-safe.
 */
public final class ClientErrors implements Refusals {
  private final Dialect openAi;
  private final Dialect responses;
  private final Dialect anthropic;
  private final Dialect gemini;
  private volatile @Nullable Authentication authentication;

  public ClientErrors(Dialects dialects) {
    this.openAi = dialects.named(OpenAiChat.NAME);
    this.responses = dialects.named(OpenAiResponses.NAME);
    this.anthropic = dialects.named(AnthropicMessages.NAME);
    this.gemini = dialects.named(Gemini.NAME);
  }

  /** Sets who is asked before a large body is read. */
  public void admitWith(Authentication check) {
    authentication = check;
  }

  @Override
  public @Nullable Failure admit(RequestHead head) {
    Authentication check = authentication;
    return check == null ? null : check.refusal(head);
  }

  @Override
  public Reply refuse(String path, Failure failure, String requestId) {
    Dialect dialect = dialectOf(path);
    MultiMap headers = HeadersMultiMap.httpHeaders();
    byte[] inside = dialect.renderFailureEvent(failure, requestId);
    var relay = failure.relay();
    if (relay != null) {
      headers.set(
          "Content-Type", relay.contentType() == null ? "application/json" : relay.contentType());
      setProvider(headers, failure);
      return new Reply(relay.status(), headers, relay.body(), inside);
    }
    headers.set("Content-Type", "application/json");
    setProvider(headers, failure);
    Duration retryAfter = failure.retryAfter();
    if (retryAfter != null) {
      headers.set("Retry-After", Long.toString(Math.max(1, roundedUp(retryAfter))));
    } else if (failure.kind() == Kind.GATEWAY_UNAVAILABLE) {
      headers.set("Retry-After", "5");
    }
    switch (failure.kind()) {
      case CLIENT_KEY_REFUSED -> headers.set("WWW-Authenticate", "Bearer realm=\"gateway\"");
      case METHOD_NOT_ALLOWED ->
          headers.set("Allow", String.valueOf(failure.details().get("allow")));
      case CREDENTIALS_REJECTED -> headers.set("x-should-retry", "false");
      default -> {
        if (failure.kind().isClients()) {
          headers.set("x-should-retry", "false");
        }
      }
    }
    return new Reply(
        dialect.status(failure), headers, dialect.renderFailure(failure, requestId), inside);
  }

  /** The dialect of the surface that owns a path; what nobody owns is answered as OpenAI does. */
  private Dialect dialectOf(String path) {
    if (path.startsWith("/v1/responses")) {
      return responses;
    }
    if (path.startsWith("/v1/messages")) {
      return anthropic;
    }
    return GeminiPath.isOne(path) ? gemini : openAi;
  }

  private static void setProvider(MultiMap headers, Failure failure) {
    if (failure.provider() != null) {
      headers.set("X-Gateway-Provider", failure.provider());
    }
  }

  private static long roundedUp(Duration time) {
    return time.getNano() > 0 ? time.getSeconds() + 1 : time.getSeconds();
  }
}
