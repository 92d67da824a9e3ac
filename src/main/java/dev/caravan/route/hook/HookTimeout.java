package dev.caravan.route.hook;

/** A hook took longer than its contract allows. Without stack trace: it says all there is. */
final class HookTimeout extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private HookTimeout(String message) {
    super(message, null, false, false);
  }

  static HookTimeout after(long budgetNanos) {
    return new HookTimeout("it took longer than its %d ms".formatted(budgetNanos / 1_000_000));
  }

  static HookTimeout again() {
    return new HookTimeout("it is left alone for a while, since it timed out again and again");
  }
}
