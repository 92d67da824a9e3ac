package dev.caravan.admin;

import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.config.ClientKey;
import dev.caravan.config.ClientKeys;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.http.Refusals;
import dev.caravan.http.Reply;
import dev.caravan.http.RequestHead;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may ask, and failures in the form of the admin surface. Thread-safe. */
public final class AdminErrors implements Refusals {
  private final ClientKeys keys;

  public AdminErrors(ClientKeys keys) {
    this.keys = keys;
  }

  /** Why a request may not go on, null when it may. Takes as long for any wrong token. */
  @Override
  public @Nullable Failure admit(RequestHead head) {
    String authorization = head.header("Authorization");
    String token =
        authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
            ? authorization.substring(7)
            : null;
    ClientKey key = keys.find(token);
    if (key != null && key.may(ClientKey.Scope.ADMIN)) {
      return null;
    }
    boolean known = key != null && !key.equals(ClientKey.ANYBODY);
    return Failure.of(
        known ? Kind.NOT_ALLOWED : Kind.CLIENT_KEY_REFUSED,
        Stage.CLIENT_REQUEST,
        known
            ? "client request: this is a client's key; the admin surface wants ADMIN_TOKEN"
            : "client request: send \"Authorization: Bearer …\" with the ADMIN_TOKEN of this gateway");
  }

  @Override
  public Reply refuse(String path, Failure failure, String requestId) {
    MultiMap headers = json();
    if (failure.kind() == Kind.CLIENT_KEY_REFUSED) {
      headers.set("WWW-Authenticate", "Bearer realm=\"admin\"");
    }
    if (failure.kind() == Kind.METHOD_NOT_ALLOWED) {
      headers.set("Allow", String.valueOf(failure.details().get("allow")));
    }
    return new Reply(
        failure.kind().status(), headers, body(code(failure.kind()), failure.message(), null));
  }

  static Reply refuse(AdminRefusal refusal) {
    return new Reply(
        refusal.status(),
        json(),
        body(refusal.code(), String.valueOf(refusal.getMessage()), refusal.field()));
  }

  static MultiMap json() {
    return HeadersMultiMap.httpHeaders()
        .set("Content-Type", "application/json")
        .set("Cache-Control", "no-store");
  }

  private static String code(Kind kind) {
    return switch (kind) {
      case CLIENT_KEY_REFUSED -> "unauthorized";
      case NOT_ALLOWED -> "forbidden";
      case PATH_NOT_FOUND -> "not_found";
      default -> kind.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String body(String code, String message, @Nullable String field) {
    return "{\"error\":{\"code\":%s,\"message\":%s,\"field\":%s}}"
        .formatted(quoted(code), quoted(message), field == null ? "null" : quoted(field));
  }

  private static String quoted(String text) {
    return new String(JsonBytes.quote(text), StandardCharsets.UTF_8);
  }
}
