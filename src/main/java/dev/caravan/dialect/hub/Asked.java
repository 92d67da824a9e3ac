package dev.caravan.dialect.hub;

/**
 * What the writer of an answer must know of the request.
 *
 * @param conversation as the client asked it; an answer carries its {@code model}
 * @param seconds when it was asked, since 1970
 * @param estimateInput whether tokens of the prompt that a provider has not told yet are estimated
 */
public record Asked(Conversation conversation, long seconds, boolean estimateInput) {
  public Asked(Conversation conversation, long seconds) {
    this(conversation, seconds, false);
  }

  public String model() {
    return conversation.model();
  }
}
