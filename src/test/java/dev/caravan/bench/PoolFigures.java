package dev.caravan.bench;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import dev.caravan.pool.Choice;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Mode;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.Pools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Measures what the pool promises beside its JMH benchmark: how much of a thread's rate is left
 * when several use one pool or each its own, and how much heap an idle credential takes. Prints a
 * table; run it on a quiet machine with {@code -Xmx1g -XX:+UseSerialGC}.
 */
public final class PoolFigures {
  private static final Outcome ANSWERED = new Outcome.Succeeded(Usage.NONE);
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration MEASURED = Duration.ofSeconds(3);

  private PoolFigures() {}

  /** Prints the table. */
  public static void main(String[] args) throws InterruptedException {
    heap(50_000);
    for (int credentials : new int[] {10, 1000}) {
      rates(credentials);
    }
  }

  private static void heap(int credentials) {
    Pools pools = new Pools(TimeSource.system(), new SplittableRandom(1));
    long before = used();
    Pool pool = pool(pools, "p", credentials);
    long after = used();
    System.out.printf(
        "heap of an idle credential, its key included: %,d bytes (%,d credentials)%n",
        (after - before) / credentials, pool.credentials().size());
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 5; i++) {
      runtime.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void rates(int credentials) throws InterruptedException {
    ThreadFactory real = Thread.ofPlatform().factory();
    ThreadFactory virtual = Thread.ofVirtual().factory();
    System.out.printf(
        "%,d credentials, balanced; calls lent and settled in a second:%n", credentials);
    double one = rate(1, 1, credentials, real);
    System.out.printf("  1 thread                             %,12.0f%n", one);
    tell("2 threads, a provider each", rate(2, 2, credentials, real), one);
    tell("2 threads, one provider", rate(2, 1, credentials, real), one);
    tell("64 virtual threads, a provider each", rate(64, 64, credentials, virtual), one);
    tell("64 virtual threads, one provider", rate(64, 1, credentials, virtual), one);
  }

  private static void tell(String what, double rate, double one) {
    System.out.printf("  %-36s %,12.0f  %.2f of one thread%n", what, rate, rate / one);
  }

  private static double rate(int threads, int providers, int credentials, ThreadFactory factory)
      throws InterruptedException {
    Pools pools = new Pools(TimeSource.system(), new SplittableRandom(1));
    List<Pool> all =
        IntStream.range(0, providers).mapToObj(i -> pool(pools, "p" + i, credentials)).toList();
    run(threads, all, factory, WARM_UP);
    return run(threads, all, factory, MEASURED) / (MEASURED.toNanos() / 1e9);
  }

  private static long run(int threads, List<Pool> pools, ThreadFactory factory, Duration time)
      throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    LongAdder calls = new LongAdder();
    CountDownLatch ended = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Pool pool = pools.get(i % pools.size());
      factory
          .newThread(
              () -> {
                long done = 0;
                Deadline deadline = Deadline.in(Duration.ofHours(1), TimeSource.system());
                ModelName model = new ModelName(pool.provider(), "m");
                Call call = new Call("r", "c", "openai-chat", "p/m", false, deadline);
                while (!over.get()) {
                  call(pool, call, model);
                  done++;
                  // a virtual thread that never parks would keep its carrier to itself
                  if ((done & 63) == 0) {
                    LockSupport.parkNanos(1);
                  }
                }
                calls.add(done);
                ended.countDown();
              })
          .start();
    }
    Thread.sleep(time);
    over.set(true);
    ended.await();
    return calls.sum();
  }

  private static void call(Pool pool, Call call, ModelName model) {
    if (pool.choose(pool.ask(call, model)) instanceof Choice.Lent(var lease)) {
      lease.settle(ANSWERED);
    } else {
      throw new IllegalStateException("a pool without ceilings lends at once");
    }
  }

  private static Pool pool(Pools pools, String provider, int credentials) {
    List<Credential> keys = new ArrayList<>(credentials);
    for (int i = 0; i < credentials; i++) {
      String id = "%s-%08x".formatted(provider, i * 0x9E3779B9);
      Secret secret = new Secret("sk-0123456789abcdef0123456789abcdef" + id, id);
      keys.add(new Credential(id, secret, "KEY_" + i, 1));
    }
    return pools.install(provider, PoolOptions.defaults(Mode.BALANCED), keys);
  }
}
