package dev.caravan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.TreeMap;

/**
 * All connections of one run, on one thread. Requests that begin in the measured time count for
 * latency and errors; answers and chunks that arrive in it count for rates. Streams in flight at
 * its end are followed to theirs.
 */
final class Load implements Runnable {
  private static final int MOST_KINDS = 10;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  final Samples latency = new Samples();
  final Samples timeToFirst = new Samples();
  final Samples gap = new Samples();
  final Map<String, Integer> errors = new TreeMap<>();
  final InetSocketAddress address;
  final byte[] request;
  final Workload workload;
  final Selector selector;
  final byte[] piece = new byte[1 << 16];
  final ByteBuffer received = ByteBuffer.wrap(piece);
  private final long from;
  private final long to;
  private final long rampNanos;
  private final long begin;
  long answers;
  long chunks;

  /** The clock starts now. */
  Load(Workload workload, Address address) throws IOException {
    this.workload = workload;
    this.request = workload.request(address);
    this.address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), address.port());
    this.selector = Selector.open();
    this.begin = System.nanoTime();
    this.from = begin + workload.warmUp().toNanos();
    this.to = from + workload.measured().toNanos();
    this.rampNanos = workload.ramp().toNanos();
  }

  /** When counting begins, on {@link System#nanoTime()}. */
  long from() {
    return from;
  }

  /** When counting ends. */
  long to() {
    return to;
  }

  boolean counts(long nanos) {
    return nanos - from >= 0 && nanos - to < 0;
  }

  boolean isOver(long nanos) {
    return nanos - to >= 0;
  }

  void failed(String kind, boolean counted) {
    if (counted) {
      boolean room = errors.size() < MOST_KINDS || errors.containsKey(kind);
      errors.merge(room ? kind : "others", 1, Integer::sum);
    }
  }

  @Override
  public void run() {
    LoadConnection[] connections = new LoadConnection[workload.connections()];
    int opened = 0;
    try (selector) {
      while (true) {
        long now = System.nanoTime();
        while (opened < connections.length && now - opensAt(opened) >= 0) {
          connections[opened] = new LoadConnection(this);
          connections[opened++].open();
        }
        if (isOver(now) && (selector.keys().isEmpty() || now - to > PATIENCE_NANOS)) {
          break;
        }
        selector.select(Load::ready, opened < connections.length ? 1 : 20);
      }
      for (SelectionKey key : selector.keys()) {
        ((LoadConnection) key.attachment()).giveUp();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long opensAt(int index) {
    return begin + rampNanos * index / workload.connections();
  }

  private static void ready(SelectionKey key) {
    ((LoadConnection) key.attachment()).ready(key);
  }
}
