package dev.caravan.bench.simulation;

import java.util.Arrays;
import java.util.List;

/** What a picker has made of a scenario. */
final class Score {
  private static final int BUCKETS = 4096;

  final String picker;
  long served;
  long refused;
  long calls;
  long wasted;

  long idleSeconds;
  long waitingSeconds;
  long keysBlamed;
  double cpuMicros;
  private double waited;
  private final long[] waits = new long[BUCKETS];
  private double gini;

  Score(String picker) {
    this.picker = picker;
  }

  /** A request was answered whose good call began so long after its arrival. */
  void served(long nanos) {
    served++;
    double seconds = nanos / 1e9;
    waited += seconds;
    waits[(int) Math.min(BUCKETS - 1, seconds * 100)]++;
  }

  double meanWait() {
    return served == 0 ? 0 : waited / served;
  }

  /** Seconds that all but one in a hundred waited at most. */
  double longWait() {
    long left = served - served / 100;
    for (int i = 0; i < BUCKETS; i++) {
      left -= waits[i];
      if (left <= 0) {
        return i / 100.0;
      }
    }
    return BUCKETS / 100.0;
  }

  double wastedShare() {
    return calls == 0 ? 0 : 100.0 * wasted / calls;
  }

  double gini() {
    return gini;
  }

  /** Reckons the fairness among keys of the best tier that work. */
  void close(World world) {
    double sum = 0;
    int providers = 0;
    for (List<World.Key> keys : world.providers) {
      double[] shares =
          keys.stream()
              .filter(k -> !k.revoked && k.tier == 1)
              .mapToDouble(k -> k.served)
              .sorted()
              .toArray();
      double total = Arrays.stream(shares).sum();
      if (shares.length > 1 && total > 0) {
        double ranked = 0;
        for (int i = 0; i < shares.length; i++) {
          ranked += (2.0 * (i + 1) - shares.length - 1) * shares[i];
        }
        sum += ranked / (shares.length * total);
        providers++;
      }
    }
    gini = providers == 0 ? 0 : sum / providers;
  }
}
