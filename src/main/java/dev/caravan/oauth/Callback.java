package dev.caravan.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.provider.account.OAuth;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Waits on the loopback for the browser to come back from a login (RFC 8252 7.3). The first answer
 * whose state is the one that was sent counts; others are refused and change nothing.
 */
final class Callback implements AutoCloseable {

  /** What came back: a code, or why there is none. */
  sealed interface Return {
    record Code(String code) implements Return {
      @Override
      public String toString() {
        return "Code";
      }
    }

    record Refused(String why) implements Return {}
  }

  /** A page of another site can have a name of its own lead here; no browser calls it this. */
  private static final Pattern OWN_HOST =
      Pattern.compile("(localhost|127\\.0\\.0\\.1)(:\\d+)?", Pattern.CASE_INSENSITIVE);

  private final HttpServer server;
  private final OAuth oauth;
  private final String state;
  private final BlockingQueue<Return> returns;
  private final AtomicBoolean over = new AtomicBoolean();

  private Callback(HttpServer server, OAuth oauth, String state, BlockingQueue<Return> returns) {
    this.server = server;
    this.oauth = oauth;
    this.state = state;
    this.returns = returns;
  }

  /**
   * Listens and returns.
   *
   * @throws LoginFailed if the port is taken
   */
  static Callback listen(OAuth oauth, int port, String state, BlockingQueue<Return> returns)
      throws LoginFailed {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 16);
      Callback callback = new Callback(server, oauth, state, returns);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", callback::serve);
      server.start();
      return callback;
    } catch (BindException e) {
      throw new LoginFailed(
          "port %d, to which the browser comes back, is taken; end what uses it, set %s, or paste the last address with --no-browser"
              .formatted(port, oauth.callbackPortVariable()));
    } catch (IOException e) {
      throw new LoginFailed("port %d cannot be opened (%s)".formatted(port, e.getMessage()));
    }
  }

  static BlockingQueue<Return> returns() {
    return new LinkedBlockingQueue<>();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("host"));
      if (!oauth.callbackPaths().contains(path)) {
        page(exchange, 404, "There is nothing at this address.");
      } else if (!OWN_HOST.matcher(host).matches()) {
        page(exchange, 403, "A login comes back to localhost and nowhere else.");
      } else {
        answer(exchange, of(exchange.getRequestURI(), state));
      }
    }
  }

  private void answer(HttpExchange exchange, Return back) throws IOException {
    switch (back) {
      case Return.Refused(var why) when why.equals(WRONG_STATE) -> {
        over.set(true);
        returns.add(back);
        page(exchange, 400, "This answer is to another login: the state does not match.");
      }
      case Return.Code _ when !over.compareAndSet(false, true) ->
          page(exchange, 409, "This login is over already.");
      case Return.Code _ -> {
        returns.add(back);
        if (oauth.successUrl().isEmpty()) {
          page(exchange, 200, "The login is done. You can close this window.");
        } else {
          redirect(exchange, oauth.successUrl());
        }
      }
      case Return.Refused(var why) -> {
        if (over.compareAndSet(false, true)) {
          returns.add(back);
        }
        if (oauth.errorUrl().isEmpty()) {
          page(exchange, 400, "The login was refused: " + why);
        } else {
          redirect(exchange, oauth.errorUrl());
        }
      }
    }
  }

  static final String WRONG_STATE =
      "state mismatch: the answer belongs to another login; nothing was stored, begin again";

  /** Reads an address that a browser was sent back to. */
  static Return of(URI address, String state) {
    Map<String, String> query = query(address.getRawQuery());
    if (!state.equals(query.get("state"))) {
      return new Return.Refused(WRONG_STATE);
    }
    String error = query.get("error");
    if (error != null) {
      String text = query.getOrDefault("error_description", "");
      return new Return.Refused(text.isEmpty() ? error : error + ": " + text);
    }
    String code = query.getOrDefault("code", "");
    return code.isEmpty()
        ? new Return.Refused("the answer holds neither a code nor an error")
        : new Return.Code(code);
  }

  /**
   * Reads what a person has pasted: the whole address, its query, or the code alone.
   *
   * @return null for an empty line, which means to go on waiting
   */
  static @Nullable Return pasted(String line, String state) {
    String text = line.strip();
    if (text.isEmpty()) {
      return null;
    }
    int query = text.indexOf('?');
    if (query >= 0 || text.contains("code=") || text.contains("error=")) {
      try {
        return of(URI.create("http://localhost/?" + text.substring(query + 1)), state);
      } catch (IllegalArgumentException e) {
        return new Return.Refused("what was pasted is no address that a login comes back to");
      }
    }
    int hash = text.indexOf('#');
    if (hash > 0) {
      return text.substring(hash + 1).equals(state)
          ? new Return.Code(text.substring(0, hash))
          : new Return.Refused(WRONG_STATE);
    }
    return new Return.Code(text);
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private static void page(HttpExchange exchange, int status, String text) throws IOException {
    String safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    byte[] bytes =
        "<!doctype html><meta charset=utf-8><title>Caravan</title><p style=\"font:1.2em sans-serif;margin:4em\">%s"
            .formatted(safe)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Lets the last page reach its browser first. */
  @Override
  public void close() {
    server.stop(1);
  }
}
