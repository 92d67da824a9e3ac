package dev.caravan.bench.simulation;

import org.jspecify.annotations.Nullable;

/** One request of a client on its way. */
final class Wish {
  final long number;
  final int provider;
  final int group;
  final String model;
  final long arrived;
  final long deadline;
  World.@Nullable Key key;

  /** What the picker keeps of it. */
  @Nullable Object note;

  /** Counts what it waits for, so that a wake-up that comes too late is known as such. */
  int turn;

  boolean waits;

  Wish(long number, int provider, int group, String model, long arrived, long deadline) {
    this.number = number;
    this.provider = provider;
    this.group = group;
    this.model = model;
    this.arrived = arrived;
    this.deadline = deadline;
  }
}
