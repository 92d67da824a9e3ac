package dev.caravan.http;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Which consumer serves which path. Exact paths win over patterns, longer patterns over shorter
 * ones. A trailing slash counts for nothing, and GET serves HEAD. Thread-safe.
 */
final class RouteTable {

  /** What a path led to. */
  sealed interface Found {
    record Consumer(StreamingHttpConsumer consumer, Map<String, String> parameters)
        implements Found {}

    /** The path is known, the method is not. */
    record OtherMethods(String allow) implements Found {}

    record Nothing() implements Found {}
  }

  private static final Found NOTHING = new Found.Nothing();

  /** Twice the number of requests inside, plus one when no more are let in. */
  private final AtomicLong inside = new AtomicLong();

  private final CountDownLatch empty = new CountDownLatch(1);
  private final Map<String, List<StreamingHttpConsumer>> exact = new ConcurrentHashMap<>();
  private final List<StreamingHttpConsumer> patterns = new CopyOnWriteArrayList<>();

  /** Lets a request in, unless the table has been retired; who is in leaves once. */
  boolean enter() {
    while (true) {
      long now = inside.get();
      if ((now & 1) != 0) {
        return false;
      }
      if (inside.compareAndSet(now, now + 2)) {
        return true;
      }
    }
  }

  void leave() {
    if (inside.addAndGet(-2) == 1) {
      empty.countDown();
    }
  }

  /** Lets nobody in any more, and waits until the last one has left. */
  void awaitLast() throws InterruptedException {
    if (inside.getAndUpdate(now -> now | 1) == 0) {
      empty.countDown();
    }
    empty.await();
  }

  void add(StreamingHttpConsumer consumer) {
    if (consumer.path().isExact()) {
      exact
          .computeIfAbsent(consumer.path().text(), path -> new CopyOnWriteArrayList<>())
          .add(consumer);
    } else {
      patterns.add(consumer);
      patterns.sort(
          Comparator.comparingInt((StreamingHttpConsumer c) -> c.path().text().length())
              .reversed());
    }
  }

  void remove(StreamingHttpConsumer consumer) {
    patterns.remove(consumer);
    List<StreamingHttpConsumer> same = exact.get(consumer.path().text());
    if (same != null) {
      same.remove(consumer);
    }
  }

  Found find(String rawPath, String method) {
    String path = PathPattern.withoutTrailingSlash(rawPath);
    List<StreamingHttpConsumer> here = exact.getOrDefault(path, List.of());
    for (int i = 0; i < here.size(); i++) {
      if (here.get(i).serves(method)) {
        return here.get(i).foundExactly();
      }
    }
    for (StreamingHttpConsumer candidate : patterns) {
      Map<String, String> parameters =
          candidate.serves(method) ? candidate.path().match(path) : null;
      if (parameters != null) {
        return new Found.Consumer(candidate, parameters);
      }
    }
    return otherMethods(path, here);
  }

  private Found otherMethods(String path, List<StreamingHttpConsumer> here) {
    TreeSet<String> allowed = new TreeSet<>();
    Stream.concat(here.stream(), patterns.stream().filter(c -> c.path().match(path) != null))
        .forEach(c -> allowed.addAll(c.methods()));
    return allowed.isEmpty() ? NOTHING : new Found.OtherMethods(String.join(", ", allowed));
  }
}
