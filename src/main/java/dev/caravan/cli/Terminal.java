package dev.caravan.cli;

import java.io.Console;

/** Whether a person looks on. */
final class Terminal {
  private Terminal() {}

  /** Whether input and output both are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
  static boolean isThere() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
