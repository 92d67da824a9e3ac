package dev.caravan;

import dev.caravan.cli.CaravanCommand;

/** Entry point. */
public final class Caravan {
  private Caravan() {}

  public static void main(String[] args) {
    System.exit(CaravanCommand.run(args));
  }
}
