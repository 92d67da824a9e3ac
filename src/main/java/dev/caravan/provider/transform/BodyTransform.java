package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One named change to what goes to a provider, or comes from it. A request is changed after it was
 * put into the provider's dialect, and after fields were dropped and renamed; an answer before
 * anybody reads it. Stateless and thread-safe; changes nothing but the tree that it is given, and
 * passes over what has not the form that it expects.
 */
public interface BodyTransform {

  /** The name by which a provider's file asks for it. */
  String name();

  /** What it does, in a sentence for people. */
  String does();

  /** Whether it has something to do with requests for this model; what it says does not change. */
  default boolean concerns(String model) {
    return true;
  }

  /** A word without which it leaves a request alone, empty when there is none. */
  default String onlyWith() {
    return "";
  }

  /** A word without which it leaves an answer alone, empty when there is none. */
  default String answersOnlyWith() {
    return "";
  }

  /**
   * Changes a request.
   *
   * @param model the provider's own name of it, as it stands in its list
   */
  default void request(ObjectNode body, String model) {}

  /** Whether it has something to do with answers; what it says does not change. */
  default boolean changesAnswers() {
    return false;
  }

  /** Whether it keeps something during a call, or has to know whose call it is. */
  default boolean isPerCall() {
    return false;
  }

  /**
   * The transform as it serves one call: a new one each time when {@link #isPerCall}, which one
   * thread at a time uses.
   *
   * @param client whose call it is; what one client's answers say is nothing to another's
   * @param memory of what answers have thought
   */
  default BodyTransform forCall(String client, ReasoningMemory memory) {
    return this;
  }

  /** Whether it listens to answers; what it says does not change. */
  default boolean hearsAnswers() {
    return false;
  }

  /**
   * Listens to a whole answer, or to the data of one event of a stream, as it came. Not told of
   * when it serves no call.
   */
  default void hear(byte[] bytes, int start, int end) {}

  /** Changes a whole answer, or one event of a stream. */
  default void answer(ObjectNode answer) {}
}
