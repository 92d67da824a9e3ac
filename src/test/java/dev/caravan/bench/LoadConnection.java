package dev.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One connection of a run: sends, reads to the end of the answer, sends again. */
final class LoadConnection {
  private static final byte[] DATA = "data:".getBytes(US_ASCII);
  private static final byte[] TOKEN = "token ".getBytes(US_ASCII);
  private static final byte[] ERROR = "\"error\"".getBytes(US_ASCII);

  private final Load load;
  private final HttpReader answer = new HttpReader();
  private final LineCutter lines = new LineCutter();
  private final HttpReader.Body plainBody = this::plain;
  private final HttpReader.Body streamBody = this::stream;
  private final LineCutter.Lines eventLines = this::line;
  private final ByteBuffer toSend;
  private final byte[] last;
  private @Nullable SocketChannel channel;
  private boolean counted;
  private long begun;
  private long lastChunk;
  private int chunks;
  private boolean done;
  private @Nullable String trouble;

  LoadConnection(Load load) {
    this.load = load;
    this.toSend = ByteBuffer.wrap(load.request);
    this.last = load.workload.speech().last.getBytes(US_ASCII);
  }

  void open() throws IOException {
    SocketChannel opened = SocketChannel.open();
    channel = opened;
    opened.configureBlocking(false);
    opened.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
    opened.connect(load.address);
    opened.register(load.selector, SelectionKey.OP_CONNECT, this);
  }

  void ready(SelectionKey key) {
    try {
      SocketChannel open = (SocketChannel) key.channel();
      if (key.isConnectable()) {
        open.finishConnect();
        begin(key, open);
      } else if (key.isWritable()) {
        send(key, open);
      } else if (key.isReadable()) {
        read(key, open);
      }
    } catch (IOException e) {
      again(String.valueOf(e.getMessage()));
    }
  }

  /** The run is over and this answer is not. */
  void giveUp() throws IOException {
    load.failed("unfinished", counted);
    close();
  }

  private void begin(SelectionKey key, SocketChannel open) throws IOException {
    begun = System.nanoTime();
    if (load.isOver(begun)) {
      close();
      return;
    }
    counted = load.counts(begun);
    answer.next();
    lines.clear();
    chunks = 0;
    done = false;
    trouble = null;
    toSend.clear();
    send(key, open);
  }

  private void send(SelectionKey key, SocketChannel open) throws IOException {
    open.write(toSend);
    int wanted = toSend.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    if (key.interestOps() != wanted) {
      key.interestOps(wanted);
    }
  }

  private void read(SelectionKey key, SocketChannel open) throws IOException {
    load.received.clear();
    int length = open.read(load.received);
    if (length < 0) {
      if (!answer.endsHere()) {
        again("cut");
        return;
      }
    } else {
      HttpReader.Body body = load.workload.isStream() ? streamBody : plainBody;
      answer.feed(load.piece, 0, length, body);
    }
    if (answer.isDone()) {
      finished();
      if (length >= 0 && answer.keepsConnection()) {
        begin(key, open);
      } else {
        close();
        reopen();
      }
    }
  }

  private void finished() {
    long now = System.nanoTime();
    if (load.counts(now)) {
      load.answers++;
    }
    String wrong = verdict();
    if (wrong != null) {
      load.failed(wrong, counted);
    } else if (counted) {
      load.latency.add(now - begun);
    }
  }

  private @Nullable String verdict() {
    if (answer.status() != 200) {
      return "status " + answer.status() + (trouble == null ? "" : " " + trouble);
    }
    if (trouble != null) {
      return trouble;
    }
    if (load.workload.isStream() && chunks != load.workload.chunks()) {
      return "a stream of " + chunks + " chunks";
    }
    return load.workload.isStream() && !done ? "a stream without its end" : null;
  }

  private void again(String why) {
    boolean refused = channel != null && !channel.isConnected();
    load.failed(why, counted || refused);
    try {
      close();
      if (!refused) {
        reopen();
      }
    } catch (IOException e) {
      load.failed("cannot connect: " + e.getMessage(), true);
    }
  }

  private void reopen() throws IOException {
    if (!load.isOver(System.nanoTime())) {
      open();
    }
  }

  private void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  private void plain(byte[] bytes, int start, int end) {
    if (answer.status() != 200 && trouble == null) {
      trouble = excerpt(bytes, start, end);
    }
  }

  private void stream(byte[] bytes, int start, int end) {
    if (answer.status() == 200) {
      lines.feed(bytes, start, end, eventLines);
    } else {
      plain(bytes, start, end);
    }
  }

  private void line(byte[] bytes, int start, int end) {
    if (!startsWith(bytes, start, end, DATA)) {
      return;
    }
    if (holds(bytes, start, end, TOKEN)) {
      chunk();
    } else if (holds(bytes, start, end, last)) {
      done = true;
    } else if (holds(bytes, start, end, ERROR)) {
      trouble = excerpt(bytes, start, end);
    }
  }

  private void chunk() {
    long now = System.nanoTime();
    if (counted) {
      if (chunks == 0) {
        load.timeToFirst.add(now - begun);
      } else {
        load.gap.add(now - lastChunk);
      }
    }
    chunks++;
    lastChunk = now;
    if (load.counts(now)) {
      load.chunks++;
    }
  }

  private static boolean startsWith(byte[] bytes, int start, int end, byte[] word) {
    return end - start >= word.length
        && Arrays.equals(bytes, start, start + word.length, word, 0, word.length);
  }

  private static boolean holds(byte[] bytes, int start, int end, byte[] word) {
    for (int i = start; i <= end - word.length; i++) {
      if (bytes[i] == word[0] && startsWith(bytes, i, end, word)) {
        return true;
      }
    }
    return false;
  }

  private static String excerpt(byte[] bytes, int start, int end) {
    int length = Math.min(end - start, 160);
    return new String(bytes, start, length, StandardCharsets.UTF_8);
  }
}
