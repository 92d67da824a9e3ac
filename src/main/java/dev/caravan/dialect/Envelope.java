package dev.caravan.dialect;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway knows of a request without having built a tree of it: a few values, and where
 * they stand in the bytes.
 *
 * @param model what the client asked for
 * @param stream whether it wants a stream
 * @param asksForUsage whether it asked to see the usage of a stream itself
 * @param modelAt the value of {@code model}, quotes included
 * @param askForUsage the change that asks for the usage of a stream, null when the client asks
 *     itself, or the dialect always tells
 * @param session the conversation that it belongs to, as far as a member names it; null for none
 * @param hasOwnMembers whether some members are meant for a gateway, see {@link OwnMembers}
 */
public record Envelope(
    String model,
    boolean stream,
    boolean asksForUsage,
    Span modelAt,
    @Nullable Splice askForUsage,
    @Nullable String session,
    boolean hasOwnMembers) {

  /** One whose body names no conversation and has no members that are meant for a gateway. */
  public Envelope(
      String model,
      boolean stream,
      boolean asksForUsage,
      Span modelAt,
      @Nullable Splice askForUsage) {
    this(model, stream, asksForUsage, modelAt, askForUsage, null, false);
  }
}
