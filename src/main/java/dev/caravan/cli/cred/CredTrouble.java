package dev.caravan.cli.cred;

/** Something that a command about accounts cannot do. Its message is for people. */
final class CredTrouble extends Exception {
  private static final long serialVersionUID = 1L;
  private final int code;

  /**
   * One that ends the command.
   *
   * @param code that it exits with: 1 it failed, 2 it was asked wrongly
   */
  CredTrouble(String message, int code) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
