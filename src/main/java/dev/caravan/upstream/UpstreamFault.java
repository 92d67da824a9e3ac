package dev.caravan.upstream;

import dev.caravan.call.Fault;

/**
 * An attempt that failed before anything reached the client. Without stack trace: it is an everyday
 * event.
 */
public final class UpstreamFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Fault fault;

  public UpstreamFault(Fault fault) {
    super(fault.kind().word() + ": " + fault.message(), null, false, false);
    this.fault = fault;
  }

  public Fault fault() {
    return fault;
  }
}
