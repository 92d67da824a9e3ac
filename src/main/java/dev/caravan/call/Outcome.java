package dev.caravan.call;

/** How an attempt ended. Every lease is settled with exactly one of these. */
public sealed interface Outcome {

  /** The answer came to its proper end. */
  record Succeeded(Usage usage) implements Outcome {}

  /**
   * The upstream failed.
   *
   * @param usage what had been counted until then
   */
  record Faulted(Fault fault, Usage usage) implements Outcome {}

  /** Nobody's fault: the client left, or the gateway shut down. */
  record Cancelled(Usage usage) implements Outcome {}
}
