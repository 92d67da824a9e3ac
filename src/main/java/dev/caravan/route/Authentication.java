package dev.caravan.route;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.config.ClientKey;
import dev.caravan.config.ClientKeys;
import dev.caravan.http.RequestHead;
import dev.caravan.http.ServedRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Who asks. Every header that a client library may use is looked at, in the order of the surface; a
 * wrong value in one does not defeat a right one in another (http-api.md 1.2). Thread-safe.
 */
public final class Authentication {
  private static final String CLIENT = "caravanClient";
  private static final List<String> OPENAI =
      List.of("Authorization", "x-api-key", "x-goog-api-key");
  private static final List<String> ANTHROPIC =
      List.of("x-api-key", "Authorization", "x-goog-api-key");
  private static final List<String> GEMINI =
      List.of("x-goog-api-key", "Authorization", "x-api-key");

  private final ClientKeys keys;
  private final BooleanSupplier draining;
  private final boolean queryKey;

  /**
   * Sets up the check.
   *
   * @param queryKey whether {@code ?key=} counts on Google's paths
   * @param draining whether the gateway is on its way out and takes no new calls
   */
  public Authentication(ClientKeys keys, boolean queryKey, BooleanSupplier draining) {
    this.keys = keys;
    this.queryKey = queryKey;
    this.draining = draining;
  }

  /** Id of the client key that {@link #check} has found. */
  static String clientOf(Exchange exchange) {
    return exchange.getProperty(CLIENT, "", String.class);
  }

  /** Whether that key is the operator's. */
  static boolean isAdmin(Exchange exchange) {
    return clientOf(exchange).equals(ClientKey.ADMIN.id());
  }

  void check(Exchange exchange) {
    ServedRequest served = ServedRequest.of(exchange);
    if (served == null) {
      return;
    }
    Failure refusal = refusal(served);
    if (refusal != null) {
      throw new CallFailed(refusal);
    }
    ClientKey client = find(served);
    exchange.setProperty(CLIENT, client == null ? "anonymous" : client.id());
  }

  /** Why a request may not go on, null when it may. */
  public @Nullable Failure refusal(RequestHead head) {
    if (draining.getAsBoolean()) {
      return Failure.of(
              Kind.GATEWAY_UNAVAILABLE,
              Stage.GATEWAY,
              "gateway: it is shutting down and takes no new calls; ask again in a moment")
          .retryIn(Duration.ofSeconds(5));
    }
    return find(head) == null && !keys.isOpen() ? refused(head) : null;
  }

  private @Nullable ClientKey find(RequestHead head) {
    List<String> headers = headersFor(head.path());
    for (int i = 0; i < headers.size(); i++) {
      ClientKey client = keyIn(head.header(headers.get(i)));
      if (client != null) {
        return client;
      }
    }
    return queryKey && head.query() != null && takesQueryKey(head.path())
        ? keyIn(queryKey(head.query()))
        : null;
  }

  private @Nullable ClientKey keyIn(@Nullable String value) {
    return value == null ? null : keys.find(withoutScheme(value));
  }

  /** Google's paths, and the list of models, which is both Google's and OpenAI's. */
  private static boolean takesQueryKey(String path) {
    return GeminiPath.isOne(path) || path.startsWith("/v1/models");
  }

  private static @Nullable String queryKey(@Nullable String query) {
    for (String pair : query == null ? new String[0] : query.split("&", -1)) {
      if (pair.startsWith("key=")) {
        return GeminiPath.decode(pair.substring(4));
      }
    }
    return null;
  }

  private static List<String> headersFor(String path) {
    if (path.startsWith("/v1/messages")) {
      return ANTHROPIC;
    }
    return GeminiPath.isOne(path) ? GEMINI : OPENAI;
  }

  /** The key after {@code Bearer} and blanks, or the value as it is. */
  private static String withoutScheme(String value) {
    String text = value.strip();
    if (text.length() > 7
        && text.regionMatches(true, 0, "Bearer", 0, 6)
        && Character.isWhitespace(text.charAt(6))) {
      return text.substring(7).strip();
    }
    return text;
  }

  private static Failure refused(RequestHead head) {
    StringBuilder seen = new StringBuilder();
    for (String header : headersFor(head.path())) {
      seen.append(seen.isEmpty() ? "" : ", ")
          .append(header)
          .append(head.header(header) == null ? " is missing" : " is wrong");
    }
    return Failure.of(
        Kind.CLIENT_KEY_REFUSED,
        Stage.CLIENT_REQUEST,
        "client request: no valid key (%s); send the gateway's key as \"Authorization: Bearer …\""
            .formatted(seen));
  }
}
