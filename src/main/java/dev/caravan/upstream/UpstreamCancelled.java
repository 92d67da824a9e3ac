package dev.caravan.upstream;

/** The client left, or the gateway shut down, while an attempt ran. Nobody's fault. */
public final class UpstreamCancelled extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UpstreamCancelled() {
    super("cancelled", null, false, false);
  }
}
