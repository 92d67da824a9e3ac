package dev.caravan.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Clients that ask one after the other, and judge each answer that they get. */
final class SoakClients {
  private static final int MOST_SAMPLES = 10;

  private final Address address;
  private final AtomicLong next = new AtomicLong();
  private final Map<String, LongAdder> endings = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final LongAdder wrongs = new LongAdder();
  private final AtomicInteger busy = new AtomicInteger();

  SoakClients(Address address) {
    this.address = address;
  }

  /**
   * Goes on up to the request of that number, with so many clients at a time. Those that are done
   * go on with plain requests until all are: what fails takes longest, and if the last fifty calls
   * that a provider got were nothing but failures, it would rightly be given a rest, which the next
   * requests would meet.
   */
  void ask(long upTo, int clients) throws Exception {
    busy.set(clients);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Collection<Future<?>> all = new java.util.ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(threads.submit(() -> oneClient(upTo)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }

  /** How often each deed ended in which way. */
  Map<String, Long> endings() {
    Map<String, Long> sorted = new TreeMap<>();
    endings.forEach((ending, count) -> sorted.put(ending, count.sum()));
    return sorted;
  }

  long wrongCount() {
    return wrongs.sum();
  }

  /** Some of what was wrong. */
  Collection<String> wrongSamples() {
    return wrong;
  }

  private void oneClient(long upTo) {
    @Nullable Client client = null;
    boolean done = false;
    while (true) {
      long number = next.getAndUpdate(n -> n < upTo ? n + 1 : n);
      boolean mine = number < upTo;
      if (!mine && !done) {
        done = true;
        busy.decrementAndGet();
      }
      if (!mine && busy.get() == 0) {
        break;
      }
      Deed deed = mine ? Deed.of(number) : Deed.MEANWHILE;
      Ending ending;
      try {
        if (client == null || !client.isUsable()) {
          close(client);
          client = new Client(address.port());
        }
        ending = once(client, deed, number);
      } catch (IOException e) {
        ending = Ending.wrong(String.valueOf(e.getMessage()));
        close(client);
        client = null;
      }
      count(deed, ending, number);
    }
    close(client);
  }

  private Ending once(Client client, Deed deed, long number) throws IOException {
    byte[] request = deed.request(address, number);
    return switch (deed.leaves()) {
      case AT_THE_END -> Ending.of(client.ask(request), deed);
      case IN_ITS_REQUEST -> {
        client.sendAndLeave(request, request.length / 2);
        yield Ending.left();
      }
      case BEFORE_THE_ANSWER -> {
        client.sendAndLeave(request, request.length);
        yield Ending.left();
      }
      case IN_THE_ANSWER -> {
        int enough = 500 + (int) (number % 5_000);
        Client.Answer answer = client.ask(request, body -> body.size() < enough);
        yield answer.complete() ? Ending.wrong(answer.body()) : Ending.left();
      }
    };
  }

  private void count(Deed deed, Ending ending, long number) {
    String how = deed.name() + ": " + ending.kind().name().toLowerCase(java.util.Locale.ROOT);
    boolean refused = ending.kind() == Ending.Kind.REFUSED || ending.kind() == Ending.Kind.TOLD;
    endings
        .computeIfAbsent(refused ? how + " " + ending.detail() : how, _ -> new LongAdder())
        .increment();
    if (!deed.allowed().contains(ending.kind())) {
      wrongs.increment();
      if (wrong.size() < MOST_SAMPLES) {
        wrong.add("request %d, %s %s %s".formatted(number, how, ending.detail(), ending.message()));
      }
    }
  }

  private static void close(@Nullable Client client) {
    try {
      if (client != null) {
        client.close();
      }
    } catch (IOException e) {
      // it was on its way out
    }
  }
}
