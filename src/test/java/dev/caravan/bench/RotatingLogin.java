package dev.caravan.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token endpoint whose refresh tokens rotate, with the leeway that vendors give for answers that
 * get lost: the token before the last is good until the last has been used (RFC 9700, 4.14.2 lets
 * them). Whoever comes with an older one has lost the account. Keeps the books of what it has
 * granted and of which access tokens were used. Thread-safe.
 */
final class RotatingLogin implements AutoCloseable {
  private static final Pattern TOKEN = Pattern.compile("(?:refresh|access)-(\\d+)-(\\d+)");

  private final HttpServer server;
  private final List<Book> books = new ArrayList<>();
  private volatile CountDownLatch asked = new CountDownLatch(1);
  private int granted;
  private int again;
  private int refused;

  /** What is known of one account, by the numbers of its tokens. */
  private static final class Book {
    private int last;
    private int before;
    private int used;
  }

  RotatingLogin(int accounts) throws IOException {
    for (int i = 0; i < accounts; i++) {
      books.add(new Book());
    }
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 256);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/token", this::token);
    server.createContext("/use", this::use);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  static String refreshToken(int account, int number) {
    return "refresh-" + account + "-" + number;
  }

  /** The number of a token of this account. */
  static int number(String token) {
    Matcher matcher = TOKEN.matcher(token);
    return matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
  }

  /** Done when the next request has come. */
  CountDownLatch nextRequest() {
    CountDownLatch next = new CountDownLatch(1);
    asked = next;
    return next;
  }

  private void token(HttpExchange exchange) throws IOException {
    try (exchange) {
      String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher token = TOKEN.matcher(URLDecoder.decode(form, StandardCharsets.UTF_8));
      asked.countDown();
      String answer = token.find() ? granted(Integer.parseInt(token.group(1)), token) : "";
      send(exchange, answer.isEmpty() ? 400 : 200, answer);
    }
  }

  private synchronized String granted(int account, Matcher token) {
    Book book = books.get(account);
    int shown = Integer.parseInt(token.group(2));
    if (shown == book.last) {
      book.before = book.last;
    } else if (shown == book.before) {
      again++;
    } else {
      refused++;
      return "";
    }
    book.last++;
    granted++;
    return "{\"access_token\":\"access-%d-%d\",\"refresh_token\":\"%s\",\"expires_in\":3600}"
        .formatted(account, book.last, refreshToken(account, book.last));
  }

  private void use(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher token =
          TOKEN.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
      if (token.find()) {
        synchronized (this) {
          Book book = books.get(Integer.parseInt(token.group(1)));
          book.used = Math.max(book.used, Integer.parseInt(token.group(2)));
        }
      }
      send(exchange, 200, "{}");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes =
        (body.isEmpty() ? "{\"error\":\"invalid_grant\"}" : body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  synchronized int last(int account) {
    return books.get(account).last;
  }

  /** Whether the account still lives for whoever holds its token of this number. */
  synchronized boolean takes(int account, int number) {
    Book book = books.get(account);
    return number == book.last || number == book.before;
  }

  /** The youngest access token that a call has carried. */
  synchronized int used(int account) {
    return books.get(account).used;
  }

  synchronized int granted() {
    return granted;
  }

  /** How often somebody came again with the token before the last, since an answer was lost. */
  synchronized int again() {
    return again;
  }

  /** How often somebody came with a token that is worth nothing any more. */
  synchronized int refused() {
    return refused;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
