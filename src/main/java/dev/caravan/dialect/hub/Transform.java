package dev.caravan.dialect.hub;

/**
 * A named change that one provider's requests need, made in the hub: after the client's dialect was
 * read, before the provider's is written. A provider with a transform has its requests translated
 * even when both sides speak the same dialect. Stateless and thread-safe.
 */
public interface Transform {

  /** The name that a provider's definition gives it. */
  String name();

  /** The conversation as the provider needs it. */
  Conversation apply(Conversation conversation);
}
