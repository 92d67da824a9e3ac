package dev.caravan.secrecy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A token endpoint that refuses every refresh and repeats all that it was sent while it does, as a
 * code ({@code /code}), in words ({@code /words}) or on a page ({@code /page}).
 */
final class TalkativeVendor implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();

  private TalkativeVendor(HttpServer server) {
    this.server = server;
  }

  static TalkativeVendor start() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
    TalkativeVendor vendor = new TalkativeVendor(server);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", vendor::answer);
    server.start();
    return vendor;
  }

  String url(String how) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + how;
  }

  /** How many refreshes were refused. */
  int asked() {
    return asked.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String sent =
          URLDecoder.decode(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              StandardCharsets.UTF_8);
      String all = sent + " " + exchange.getRequestHeaders().getFirst("authorization");
      asked.incrementAndGet();
      switch (exchange.getRequestURI().getPath()) {
        case "/code" ->
            send(exchange, 400, "{\"error\":\"%s\",\"error_description\":\"no\"}".formatted(all));
        case "/words" ->
            send(
                exchange,
                400,
                "{\"error\":\"invalid_grant\",\"error_description\":\"%s\"}".formatted(all));
        default -> send(exchange, 403, "<html>" + all + "</html>");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set("content-type", body.startsWith("{") ? "application/json" : "text/html");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
