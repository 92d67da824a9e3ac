package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread will bring about. */
public final class Eventually {
  private Eventually() {}

  /** Returns as soon as it is so; fails when it is not so in time. */
  public static void holds(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + GatewayFixture.PATIENCE.toNanos();
    boolean so = condition.getAsBoolean();
    while (!so && System.nanoTime() < until) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      so = condition.getAsBoolean();
    }
    assertThat(so).as(what).isTrue();
  }
}
