package dev.caravan.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A provider on a plain socket that does byte for byte what a script says. Each connection runs the
 * script from its beginning.
 */
public final class FakeUpstream implements AutoCloseable {

  /** What happens on one connection. */
  @FunctionalInterface
  public interface Script {
    void run(Visit visit) throws IOException;
  }

  /**
   * A request as it came.
   *
   * @param line the request line
   * @param headers by names in lower case
   */
  public record Received(String line, Map<String, String> headers, String body) {}

  private final ServerSocket door;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final List<Socket> open = new ArrayList<>();

  private FakeUpstream(Script script) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
    Thread.ofVirtual().start(this::accept);
  }

  /** One that does this on each connection. */
  public static FakeUpstream that(Script script) {
    try {
      return new FakeUpstream(script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that gives each request the same answer. */
  public static FakeUpstream answering(String answer) {
    return that(
        visit -> {
          while (visit.request() != null) {
            visit.send(answer);
          }
        });
  }

  public int port() {
    return door.getLocalPort();
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  public int connections() {
    return connections.get();
  }

  /** The next request that came. */
  public Received received() {
    return next(received);
  }

  /** How the other side ended the next connection: {@code closed}, or {@code reset}. */
  public String end() {
    return next(ends);
  }

  private static <T> T next(BlockingQueue<T> queue) {
    try {
      T item = queue.poll(20, TimeUnit.SECONDS);
      if (item == null) {
        throw new AssertionError("nothing came");
      }
      return item;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket socket = door.accept();
        synchronized (open) {
          open.add(socket);
        }
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.run(new Visit(socket));
    } catch (IOException e) {
      ends.add("reset");
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    synchronized (open) {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  /** One connection, for the script. */
  public final class Visit {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private Visit(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Reads the next request; null when the other side has closed. */
    public @Nullable Received request() throws IOException {
      String line = line();
      if (line.isEmpty()) {
        ends.add("closed");
        return null;
      }
      Map<String, String> headers = new TreeMap<>();
      for (String header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        headers.put(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
      byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
      Received request = new Received(line, headers, new String(body, UTF_8));
      received.add(request);
      return request;
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        if (b != '\r') {
          line.write(b);
        }
      }
      return line.toString(ISO_8859_1);
    }

    /** Sends a text as it is; line feeds of a head need not be written as CRLF. */
    public Visit send(String text) throws IOException {
      return send(text.getBytes(UTF_8));
    }

    public Visit send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** Begins a chunked event stream. */
    public Visit stream() throws IOException {
      return send(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    /** One piece of a chunked body. */
    public Visit chunk(String text) throws IOException {
      return chunk(text.getBytes(UTF_8));
    }

    public Visit chunk(byte[] bytes) throws IOException {
      ByteArrayOutputStream framed = new ByteArrayOutputStream();
      framed.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
      framed.writeBytes(bytes);
      framed.writeBytes("\r\n".getBytes(ISO_8859_1));
      return send(framed.toByteArray());
    }

    /** Ends a chunked body. */
    public Visit endOfBody() throws IOException {
      return send("0\r\n\r\n");
    }

    /** Reads until the other side ends the connection, in whatever way. */
    public void untilItEnds() throws IOException {
      while (in.read() >= 0) {
        // whatever it is
      }
      ends.add("closed");
    }

    /** Cuts the connection hard. */
    public void reset() throws SocketException {
      socket.setSoLinger(true, 0);
    }
  }
}
