package dev.caravan.bench;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs a workload and looks at the server from outside meanwhile. */
record Measurement(@Nullable ProcessTree server, ProcessTree mock) {

  Run run(Workload workload, Address address) throws IOException, InterruptedException {
    Load load = new Load(workload, address);
    Thread generator = Thread.ofPlatform().name("load").daemon().start(load);
    sleepUntil(load.from());
    Meter before = read();
    double peak = pss();
    while (System.nanoTime() < load.to()) {
      sleepUntil(Math.min(load.to(), System.nanoTime() + 1_000_000_000L));
      if (System.nanoTime() < load.to()) {
        peak = Math.max(peak, pss());
      }
    }
    Meter after = read();
    generator.join();
    peak = Math.max(peak, pss());
    double seconds = after.wall - before.wall;
    double server = after.server - before.server;
    double mocks = after.mock - before.mock;
    double own = after.own - before.own;
    double others = after.machine - before.machine - server - mocks - own;
    return new Run(
        workload.name(),
        workload.connections(),
        seconds,
        load.answers,
        load.errors,
        load.latency.summary(),
        load.timeToFirst.summary(),
        load.gap.summary(),
        load.chunks / seconds,
        server,
        peak,
        own / seconds,
        others / seconds);
  }

  private record Meter(double wall, double server, double mock, double own, double machine) {}

  private Meter read() throws IOException {
    return new Meter(
        System.nanoTime() / 1e9,
        server == null ? 0 : server.cpuSeconds(),
        mock.cpuSeconds(),
        ownCpuSeconds(),
        ProcessTree.machineCpuSeconds());
  }

  // not the tree: the servers are children of this process
  private static double ownCpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(spent -> spent.toNanos() / 1e9)
        .orElse(0.0);
  }

  private double pss() {
    return server == null ? 0 : server.pssMebibytes();
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
    }
  }
}
