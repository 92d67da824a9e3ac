package dev.caravan.mock;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Where iFlow gives an account its API key. */
final class IFlowDesk {
  private IFlowDesk() {}

  static boolean isUserInfo(String path) {
    return path.endsWith("/api/oauth/getUserInfo");
  }

  /** A key for a token; none for one that holds {@code bad}. */
  static String userInfo(HttpServerRequest request) {
    @Nullable String token = request.getParam("accessToken");
    return token == null || token.contains("bad")
        ? "{\"success\":false,\"message\":\"token is not valid\",\"data\":null}"
        : "{\"success\":true,\"data\":{\"apiKey\":%s,\"email\":\"a@b.c\",\"phone\":\"1\"}}"
            .formatted(Json.quoted("sk-iflow-" + token));
  }
}
