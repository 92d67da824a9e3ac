package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A socket to the gateway for what no decent client would send. */
public final class RawConnection implements AutoCloseable {

  /**
   * An answer as it stands on the wire.
   *
   * @param headers by name in lower case
   */
  public record Answer(String statusLine, Map<String, String> headers, String body) {
    public int status() {
      return Integer.parseInt(statusLine.split(" ", -1)[1]);
    }

    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    public String code() {
      return ClientAnswer.tree(body).at("/error/code").asText("");
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RawConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  public static RawConnection to(Gateway gateway) throws IOException {
    return to(gateway.port(), 0);
  }

  /**
   * Connects.
   *
   * @param receiveBuffer bytes that the kernel takes in for a reader who does not read, 0 for its
   *     own choice
   */
  public static RawConnection to(int port, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout((int) GatewayFixture.PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
    return new RawConnection(socket);
  }

  /** The head of a chat call, without the empty line that ends it. */
  public static String chatHead(String... headers) {
    StringBuilder head =
        new StringBuilder("POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.toString();
  }

  /** The header with the right key. */
  public static String goodKey() {
    return "Authorization: Bearer " + GatewayFixture.CLIENT_KEY;
  }

  /** A whole chat call. */
  public static String chat(String json) {
    return chatHead(goodKey(), "Content-Length: " + json.getBytes(StandardCharsets.UTF_8).length)
        + "\r\n"
        + json;
  }

  public RawConnection send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  public RawConnection send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /**
   * Sends until the other side has enough of it.
   *
   * @return bytes that it took
   */
  public long sendUntilRefused(byte[] piece, long atMost) {
    long sent = 0;
    try {
      while (sent < atMost) {
        send(piece);
        sent += piece.length;
      }
    } catch (IOException refused) {
      return sent;
    }
    return sent;
  }

  /** Reads one answer with a length or in chunks. */
  public Answer answer() throws IOException {
    String statusLine = line();
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(statusLine, headers, body(statusLine, headers));
  }

  private String body(String statusLine, Map<String, String> headers) throws IOException {
    if (statusLine.contains(" 100 ")) {
      return "";
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      for (int size = chunkSize(); size > 0; size = chunkSize()) {
        body.write(in.readNBytes(size));
        line();
      }
      line();
    } else {
      body.write(in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private int chunkSize() throws IOException {
    return Integer.parseInt(line(), 16);
  }

  /** One line of the wire. */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("closed after \"" + line.toString(StandardCharsets.UTF_8) + "\"");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  /** Reads what still comes until the other side has closed. */
  public void awaitClosed() throws IOException {
    try {
      while (in.read() >= 0) {
        // what is left of an answer
      }
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
