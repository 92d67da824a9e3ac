package dev.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Predicate;

/** A connection of one client that asks, waits and reads. Not thread-safe. */
final class Client implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  /**
   * An answer as it came.
   *
   * @param complete whether it ended as HTTP says, not by a cut
   */
  record Answer(int status, String body, boolean complete) {}

  private final Socket socket = new Socket();
  private final byte[] piece = new byte[16 * 1024];
  private final HttpReader reader = new HttpReader();
  private boolean usable = true;

  Client(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    try {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 5_000);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static byte[] chat(Address address, String model, boolean stream, int prompt) {
    String body =
        """
        {"model":"%s","messages":[{"role":"user","content":"%s"}],"stream":%s}"""
            .formatted(address.modelPrefix() + model, "x".repeat(prompt), stream);
    return address.post(body).getBytes(US_ASCII);
  }

  /** Whether it can be used for another request. */
  boolean isUsable() {
    return usable;
  }

  Answer ask(byte[] request) throws IOException {
    return ask(request, soFar -> true);
  }

  /**
   * Asks, and reads as long as it is told to.
   *
   * @param goesOn looks at the body that is there; when it says no, the connection is closed
   * @throws IOException when there is no answer at all
   */
  Answer ask(byte[] request, Predicate<ByteArrayOutputStream> goesOn) throws IOException {
    reader.next();
    ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    socket.getOutputStream().write(request);
    InputStream in = socket.getInputStream();
    while (!reader.isDone()) {
      int length = read(in);
      if (length < 0) {
        usable = false;
        return new Answer(reader.status(), body.toString(UTF_8), reader.endsHere());
      }
      reader.feed(piece, 0, length, (bytes, start, end) -> body.write(bytes, start, end - start));
      if (!goesOn.test(body)) {
        usable = false;
        socket.close();
        return new Answer(reader.status(), body.toString(UTF_8), false);
      }
    }
    usable = reader.keepsConnection();
    return new Answer(reader.status(), body.toString(UTF_8), true);
  }

  // a reset in the midst of an answer is a cut like any other
  private int read(InputStream in) throws IOException {
    try {
      int length = in.read(piece);
      if (length < 0 && reader.status() == 0) {
        throw new IOException("closed without an answer");
      }
      return length;
    } catch (IOException e) {
      if (reader.status() == 0) {
        throw e;
      }
      return -1;
    }
  }

  /** Sends and leaves before anything can come back. */
  void sendAndLeave(byte[] request, int length) throws IOException {
    usable = false;
    socket.getOutputStream().write(request, 0, length);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
