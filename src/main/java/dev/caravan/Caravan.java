package dev.caravan;

import dev.caravan.cli.CaravanCommand;

/** Entry point. */
public final class Caravan {
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  private Caravan() {}

  public static void main(String[] args) {
    leaveRoomForLoops();
    System.exit(CaravanCommand.run(args));
  }

  /**
   * A call is half work of event loops and half of its virtual thread. With as many carriers as
   * loops they take the processors from each other and each call pays for it (ADR 41).
   */
  private static void leaveRoomForLoops() {
    if (System.getProperty(CARRIERS) == null) {
      int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      System.setProperty(CARRIERS, String.valueOf(half));
    }
  }
}
