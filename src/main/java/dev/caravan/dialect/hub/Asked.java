package dev.caravan.dialect.hub;

/**
 * What the writer of an answer must know of the request.
 *
 * @param conversation as the client asked it; an answer carries its {@code model}
 * @param seconds when it was asked, since 1970
 */
public record Asked(Conversation conversation, long seconds) {
  public String model() {
    return conversation.model();
  }
}
