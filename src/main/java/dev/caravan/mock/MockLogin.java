package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An identity provider on this machine, for tests of logins and refreshes: the authorization code
 * grant with PKCE (RFC 7636), the device grant (RFC 8628), refresh tokens that rotate or not, a
 * page that tells whose a token is, and a chat endpoint that refuses tokens which it has not
 * issued. It approves whoever comes, and fails as it is told to. HTTP only, on the loopback.
 * Thread-safe.
 *
 * <p>Vendors of subscriptions are served under their own paths too, in their own way ({@link
 * VendorLogins}). Addresses: {@code GET /authorize}, {@code POST /device}, {@code GET
 * /activate?user_code=}, {@code POST /token}, {@code GET /userinfo}, {@code POST
 * /v1/chat/completions}, {@code GET /v1/models}, {@code POST /__user?email=bob@example.org} and
 * {@code POST /__fail?with=503&times=3}.
 */
public final class MockLogin implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<String, Grant> codes = new ConcurrentHashMap<>();
  private final Map<String, Grant> devices = new ConcurrentHashMap<>();
  private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
  private final Map<String, String> accessTokens = new ConcurrentHashMap<>();
  private final Deque<String> mishaps = new ArrayDeque<>();
  private final CopyOnWriteArrayList<Map<String, String>> tokenRequests =
      new CopyOnWriteArrayList<>();
  private final CopyOnWriteArrayList<Map<String, String>> calls = new CopyOnWriteArrayList<>();
  private volatile boolean rotates = true;
  private volatile int lifetimeSeconds = 3600;
  private volatile String user = "ann@example.org";
  private volatile String resourceUrl = "";
  private volatile int pendingPolls = 1;
  private volatile int slowMillis = 300;

  /** What somebody has agreed to. */
  private record Grant(String user, @Nullable String challenge, AtomicInteger pending) {}

  private MockLogin(HttpServer server) {
    this.server = server;
  }

  /**
   * Listens and returns.
   *
   * @param port to listen on, 0 for any free one
   */
  public static MockLogin start(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1024);
    MockLogin login = new MockLogin(server);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", login::serve);
    server.start();
    return login;
  }

  /** Where it is, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Who logs in from now on. */
  public void user(String email) {
    this.user = email;
  }

  /** Whether a refresh ends the refresh token that it was made with. */
  public void rotates(boolean on) {
    this.rotates = on;
  }

  public void lifetime(int seconds) {
    this.lifetimeSeconds = seconds;
  }

  /** Where accounts are told to be served, empty for nothing said. */
  public void resourceUrl(String url) {
    this.resourceUrl = url;
  }

  /** How often a device is told to wait. */
  public void pendingPolls(int times) {
    this.pendingPolls = times;
  }

  /**
   * Has the next token requests fail.
   *
   * @param how a status, {@code html}, {@code slow}, {@code invalid_grant}, {@code reused}, {@code
   *     429:7} for a status with a {@code Retry-After}, {@code slow_down}, or {@code cut}
   */
  public void fail(String how, int times) {
    synchronized (mishaps) {
      for (int i = 0; i < times; i++) {
        mishaps.add(how);
      }
    }
  }

  /** A refresh token that is good for this user, as if there had been a login. */
  public String grant(String email) {
    String token = "refresh-" + numbers.incrementAndGet() + "-" + email.replace('@', '.');
    refreshTokens.put(token, email);
    return token;
  }

  /** An access token that is good for this user. */
  public String issue(String email) {
    String token = "access-" + numbers.incrementAndGet() + "-" + email.replace('@', '.');
    accessTokens.put(token, email);
    return token;
  }

  /** Takes a token back, of whichever kind. */
  public void revoke(String token) {
    refreshTokens.remove(token);
    accessTokens.remove(token);
  }

  /**
   * The forms that came to the token endpoint, and the {@code authorization} that came with them.
   */
  public java.util.List<Map<String, String>> tokenRequests() {
    return java.util.List.copyOf(tokenRequests);
  }

  /** The headers of the chat calls that came, names in lower case. */
  public java.util.List<Map<String, String>> calls() {
    return java.util.List.copyOf(calls);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> query = form(exchange.getRequestURI().getRawQuery());
      String path = exchange.getRequestURI().getPath();
      switch (VendorLogins.plain(path)) {
        case "/authorize" -> authorize(exchange, query);
        case "/device" -> device(exchange);
        case "/activate" -> {
          Grant grant = devices.get(query.getOrDefault("user_code", ""));
          if (grant != null) {
            grant.pending().set(0);
          }
          json(exchange, grant == null ? 404 : 200, "{}");
        }
        case "/token" -> token(exchange, path);
        case "/api/accounts/deviceauth/usercode" -> usercode(exchange);
        case "/api/accounts/deviceauth/token" -> authorized(exchange);
        case "/api/oauth/getUserInfo" -> {
          String token = query.getOrDefault("accessToken", "");
          page(exchange, VendorLogins.iflowUser(token, accessTokens.get(token)));
        }
        case "/api/openapi/apikey" -> iflowKey(exchange);
        case "/userinfo" -> userInfo(exchange);
        case "/__user" -> {
          user(query.getOrDefault("email", user));
          json(exchange, 200, "{}");
        }
        case "/__fail" -> {
          fail(
              query.getOrDefault("with", "503"),
              Integer.parseInt(query.getOrDefault("times", "1")));
          json(exchange, 200, "{}");
        }
        case "/v1/chat/completions" -> chat(exchange);
        case "/v1/models" ->
            json(
                exchange,
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"m-1\",\"object\":\"model\"}]}");
        default -> json(exchange, 404, "{\"error\":\"there is no " + path + "\"}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void authorize(HttpExchange exchange, Map<String, String> query) throws IOException {
    String redirect = query.getOrDefault("redirect_uri", query.getOrDefault("redirect", ""));
    String state = query.getOrDefault("state", "");
    String code = "code-" + numbers.incrementAndGet();
    codes.put(code, new Grant(user, query.get("code_challenge"), new AtomicInteger()));
    exchange
        .getResponseHeaders()
        .set("location", redirect + "?code=" + code + "&state=" + encoded(state));
    exchange.sendResponseHeaders(302, -1);
  }

  private void device(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(body(exchange));
    String device = "device-" + numbers.incrementAndGet();
    String code = "CODE-" + numbers.incrementAndGet();
    Grant grant = new Grant(user, form.get("code_challenge"), new AtomicInteger(pendingPolls));
    devices.put(device, grant);
    devices.put(code, grant);
    json(
        exchange,
        200,
        """
        {"device_code":"%s","user_code":"%s","verification_uri":"%s/activate",
         "verification_uri_complete":"%s/activate?user_code=%s","expires_in":900,"interval":1}"""
            .formatted(device, code, url(), url(), code));
  }

  private void token(HttpExchange exchange, String path) throws IOException, InterruptedException {
    Map<String, String> form = form(body(exchange));
    String auth = exchange.getRequestHeaders().getFirst("authorization");
    if (auth != null) {
      form.put("authorization", auth);
    }
    tokenRequests.add(form);
    String mishap;
    synchronized (mishaps) {
      mishap = mishaps.poll();
    }
    if (mishap != null && !failed(exchange, mishap)) {
      return;
    }
    switch (form.getOrDefault("grant_type", "")) {
      case "authorization_code" -> {
        Grant grant = codes.remove(form.getOrDefault("code", ""));
        if (grant == null || !matches(grant.challenge(), form.get("code_verifier"))) {
          refuse(exchange, "invalid_grant", "the code or its verifier is wrong");
        } else {
          granted(exchange, grant.user(), null, false);
        }
      }
      case "refresh_token" -> {
        String used = form.getOrDefault("refresh_token", "");
        String who = refreshTokens.get(used);
        if (who == null) {
          refuse(exchange, "invalid_grant", "the refresh token is not known");
        } else {
          granted(exchange, who, used, VendorLogins.wraps(path, form));
        }
      }
      case "urn:ietf:params:oauth:grant-type:device_code" -> {
        Grant grant = devices.get(form.getOrDefault("device_code", ""));
        if (grant == null || !matches(grant.challenge(), form.get("code_verifier"))) {
          refuse(exchange, "invalid_grant", "the device is not known");
        } else if (grant.pending().getAndDecrement() > 0) {
          refuse(exchange, "authorization_pending", "nobody has agreed yet");
        } else {
          granted(exchange, grant.user(), null, false);
        }
      }
      default -> refuse(exchange, "unsupported_grant_type", "what is that?");
    }
  }

  /**
   * Fails as told.
   *
   * @return whether the request goes on all the same
   */
  private boolean failed(HttpExchange exchange, String how)
      throws IOException, InterruptedException {
    switch (how) {
      case "slow" -> {
        TimeUnit.MILLISECONDS.sleep(slowMillis);
        return true;
      }
      case "html" -> send(exchange, 200, "text/html", "<html><body>Sorry</body></html>");
      case "blocked" -> send(exchange, 403, "text/html", "<html><body>Forbidden</body></html>");
      case "invalid_grant" -> refuse(exchange, "invalid_grant", "Token has been revoked.");
      case "reused" ->
          json(
              exchange,
              401,
              "{\"error\":{\"code\":\"refresh_token_reused\",\"message\":\"used\"}}");
      case "slow_down" -> refuse(exchange, "slow_down", "not so fast");
      case "cut" -> exchange.close();
      default -> {
        String[] parts = how.split(":", 2);
        if (parts.length > 1) {
          exchange.getResponseHeaders().set("retry-after", parts[1]);
        }
        json(exchange, Integer.parseInt(parts[0]), "{\"error\":\"mock\"}");
      }
    }
    return false;
  }

  private void granted(HttpExchange exchange, String who, @Nullable String used, boolean wrapped)
      throws IOException {
    String next = used;
    if (used == null || rotates) {
      next = grant(who);
      if (used != null) {
        refreshTokens.remove(used);
      }
    }
    String resource = resourceUrl.isEmpty() ? "" : ",\"resource_url\":" + Json.quoted(resourceUrl);
    String members =
        """
        {"access_token":"%s","refresh_token":"%s","token_type":"Bearer","expires_in":%d,
         "scope":"openid email","id_token":"%s"%s}"""
            .formatted(issue(who), next, lifetimeSeconds, jwt(VendorLogins.claims(who)), resource);
    json(exchange, 200, wrapped ? "{\"success\":true,\"data\":" + members + "}" : members);
  }

  /** The device flow of ChatGPT plans, which is none of RFC 8628. */
  private void usercode(HttpExchange exchange) throws IOException {
    body(exchange);
    String device = "device-" + numbers.incrementAndGet();
    String code = "CODE-" + numbers.incrementAndGet();
    devices.put(device, new Grant(user, null, new AtomicInteger(pendingPolls)));
    json(
        exchange,
        200,
        "{\"device_auth_id\":\"%s\",\"user_code\":\"%s\",\"interval\":\"1\"}"
            .formatted(device, code));
  }

  private void authorized(HttpExchange exchange) throws IOException {
    JsonNode asked = new ObjectMapper().readTree(body(exchange));
    Grant grant = devices.get(asked.path("device_auth_id").asText(""));
    if (grant == null || grant.pending().getAndDecrement() > 0) {
      json(exchange, 403, "{\"error\":{\"code\":\"deviceauth_authorization_unknown\"}}");
      return;
    }
    String verifier =
        "verifier-of-the-vendor-" + numbers.incrementAndGet() + "-0123456789abcdef0123456789abcdef";
    String challenge = challenge(verifier);
    String code = "code-" + numbers.incrementAndGet();
    codes.put(code, new Grant(grant.user(), challenge, new AtomicInteger()));
    json(
        exchange,
        200,
        "{\"authorization_code\":\"%s\",\"code_verifier\":\"%s\",\"code_challenge\":\"%s\"}"
            .formatted(code, verifier, challenge));
  }

  private void iflowKey(HttpExchange exchange) throws IOException {
    String cookie = exchange.getRequestHeaders().getFirst("cookie");
    page(
        exchange,
        VendorLogins.iflowKey(
            exchange.getRequestMethod(),
            cookie == null ? "" : cookie,
            body(exchange),
            numbers.incrementAndGet(),
            System.currentTimeMillis()));
  }

  private static void page(HttpExchange exchange, VendorLogins.Page page) throws IOException {
    json(exchange, page.status(), page.json());
  }

  private static String jwt(String payload) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    return encoder.encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
        + "."
        + encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8))
        + ".mock";
  }

  private void userInfo(HttpExchange exchange) throws IOException {
    String who = accessTokens.get(bearer(exchange));
    json(
        exchange,
        who == null ? 401 : 200,
        who == null ? "{\"error\":\"invalid_token\"}" : "{\"email\":\"" + who + "\"}");
  }

  private void chat(HttpExchange exchange) throws IOException {
    String request = body(exchange);
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
    calls.add(headers);
    String who = accessTokens.get(bearer(exchange));
    if (who == null) {
      json(
          exchange,
          401,
          "{\"error\":{\"message\":\"the token is not good\",\"code\":\"invalid_token\"}}");
      return;
    }
    String head = "{\"id\":\"c-1\",\"object\":\"chat.completion";
    if (request.contains("\"stream\":true")) {
      send(
          exchange,
          200,
          "text/event-stream",
          "data: %s.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"I am %s\"},\"finish_reason\":null}]}\n\ndata: %s.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
              .formatted(head, who, head));
      return;
    }
    json(
        exchange,
        200,
        "%s\",\"created\":1,\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"I am %s\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}"
            .formatted(head, who));
  }

  private static String bearer(HttpExchange exchange) {
    String value = exchange.getRequestHeaders().getFirst("authorization");
    return value != null && value.startsWith("Bearer ") ? value.substring(7) : "";
  }

  private static boolean matches(@Nullable String challenge, @Nullable String verifier) {
    if (challenge == null) {
      return true;
    }
    if (verifier == null) {
      return false;
    }
    return challenge.equals(challenge(verifier));
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  private static void refuse(HttpExchange exchange, String code, String text) throws IOException {
    json(exchange, 400, "{\"error\":\"%s\",\"error_description\":\"%s\"}".formatted(code, text));
  }

  private static void json(HttpExchange exchange, int status, String body) throws IOException {
    send(exchange, status, "application/json", body);
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static String body(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Map<String, String> form(@Nullable String text) {
    Map<String, String> form = new LinkedHashMap<>();
    if (text != null) {
      for (String pair : text.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
      }
    }
    return form;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
