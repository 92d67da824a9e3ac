package dev.caravan.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads HTTP/1.1 answers out of bytes that arrive in pieces, one answer after the other. Allocates
 * next to nothing. Not thread-safe.
 */
final class HttpReader {

  /** Gets the bytes of a body, good during the call alone. */
  interface Body {
    void piece(byte[] bytes, int start, int end);
  }

  private enum Part {
    STATUS,
    HEADER,
    FIXED,
    UNTIL_CLOSE,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    DONE
  }

  private static final int LONGEST_LINE = 1 << 16;

  private byte[] line = new byte[256];
  private int lineLength;
  private Part part = Part.STATUS;
  private int status;
  private long left;
  private boolean chunked;
  private boolean closes;

  /** Ready for the next answer. */
  void next() {
    part = Part.STATUS;
    lineLength = 0;
    status = 0;
    left = -1;
    chunked = false;
    closes = false;
  }

  int status() {
    return status;
  }

  boolean isDone() {
    return part == Part.DONE;
  }

  /** Whether the connection can carry another request after this answer. */
  boolean keepsConnection() {
    return !closes;
  }

  /** The connection has ended; whether the answer is whole then. */
  boolean endsHere() {
    if (part == Part.UNTIL_CLOSE) {
      part = Part.DONE;
    }
    return isDone();
  }

  /**
   * Takes bytes, up to the end of this answer.
   *
   * @throws IOException when they are no HTTP
   */
  void feed(byte[] bytes, int start, int end, Body body) throws IOException {
    int at = start;
    while (at < end && part != Part.DONE) {
      switch (part) {
        case STATUS, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER -> at = collect(bytes, at, end);
        case FIXED, CHUNK -> {
          int taken = (int) Math.min(left, end - at);
          body.piece(bytes, at, at + taken);
          at += taken;
          left -= taken;
          if (left == 0) {
            part = part == Part.FIXED ? Part.DONE : Part.CHUNK_END;
          }
        }
        case UNTIL_CLOSE -> {
          body.piece(bytes, at, end);
          at = end;
        }
        case DONE -> {}
      }
    }
  }

  private int collect(byte[] bytes, int start, int end) throws IOException {
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      if (b == '\n') {
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
          lineLength--;
        }
        lineEnds();
        lineLength = 0;
        return i + 1;
      }
      if (lineLength == line.length) {
        if (lineLength >= LONGEST_LINE) {
          throw new IOException("a line without end");
        }
        line = Arrays.copyOf(line, 2 * lineLength);
      }
      line[lineLength++] = b;
    }
    return end;
  }

  private void lineEnds() throws IOException {
    switch (part) {
      case STATUS -> {
        if (lineLength < 12 || line[0] != 'H') {
          throw new IOException("no status line: " + text(0, Math.min(lineLength, 60)));
        }
        status = Integer.parseInt(text(9, 12));
        part = Part.HEADER;
      }
      case HEADER -> {
        if (lineLength == 0) {
          part = afterHead();
        } else {
          header();
        }
      }
      case CHUNK_SIZE -> {
        int semicolon = text(0, lineLength).indexOf(';');
        String size = text(0, semicolon < 0 ? lineLength : semicolon).strip();
        left = Long.parseLong(size, 16);
        part = left == 0 ? Part.TRAILER : Part.CHUNK;
      }
      case CHUNK_END -> part = Part.CHUNK_SIZE;
      case TRAILER -> part = lineLength == 0 ? Part.DONE : Part.TRAILER;
      case FIXED, CHUNK, UNTIL_CLOSE, DONE -> throw new IllegalStateException(part.name());
    }
  }

  private Part afterHead() {
    if (status < 200) {
      next();
      return Part.STATUS;
    }
    if (chunked) {
      return Part.CHUNK_SIZE;
    }
    if (left == 0 || status == 204 || status == 304) {
      return Part.DONE;
    }
    if (left < 0) {
      closes = true;
      return Part.UNTIL_CLOSE;
    }
    return Part.FIXED;
  }

  // told apart by the length of the name first, so that nearly no header becomes a String
  private void header() {
    int colon = 0;
    while (colon < lineLength && line[colon] != ':') {
      colon++;
    }
    if (colon == 14 && named("content-length")) {
      left = Long.parseLong(value());
    } else if (colon == 17 && named("transfer-encoding")) {
      chunked = value().toLowerCase(Locale.ROOT).contains("chunked");
    } else if (colon == 10 && named("connection")) {
      closes = value().equalsIgnoreCase("close");
    }
  }

  private boolean named(String name) {
    return text(0, name.length()).equalsIgnoreCase(name);
  }

  private String value() {
    int colon = text(0, lineLength).indexOf(':');
    return text(colon + 1, lineLength).strip();
  }

  private String text(int start, int end) {
    return new String(line, start, end - start, ISO_8859_1);
  }
}
