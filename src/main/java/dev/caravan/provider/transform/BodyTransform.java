package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
import dev.caravan.call.Fault;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** Whether it has something to do with requests for something else than an answer. */
  default boolean concernsErrands() {
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

  /** Whether what it does depends on whose call it is; what it says does not change. */
  default boolean asksForAccess() {
    return false;
  }

  /**
   * Changes a request, knowing whose call it is.
   *
   * @param model the provider's own name of it, as it stands in its list
   * @param access of the credential that pays; its facts are those of an account
   */
  default void request(ObjectNode body, String model, Access access) {
    request(body, model);
  }

  /**
   * More headers for a request, asked for only of one that {@link #asksForAccess()}; they replace
   * others of the same name.
   */
  default Map<String, String> headers(String model, Access access) {
    return Map.of();
  }

  /**
   * The same transform with what a provider's file and the environment tell it.
   *
   * @param options by name; those that mean nothing to it are passed over
   */
  default BodyTransform with(Map<String, String> options) {
    return this;
  }

  /** Whether answers come with something around them; what it says does not change. */
  default boolean unpacksAnswers() {
    return false;
  }

  /**
   * Takes an answer, or the data of an event, out of what is around it, before any transform reads
   * it. Asked only of one that {@link #unpacksAnswers()}.
   *
   * @return null when there is nothing around it
   */
  default byte @Nullable [] inside(byte[] answer, int start, int end) {
    return null;
  }

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

  /** Whether it may want a request to be made again; what it says does not change. */
  default boolean maySayItAgain() {
    return false;
  }

  /**
   * How long to wait before the request is made again because of what has failed, or of what this
   * has seen in the answer; null when that is left to others. Asked once after each failure of
   * which the client has seen nothing.
   */
  default @Nullable Duration sayItAgainAfter(Fault fault) {
    return null;
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

  /**
   * What it does to one stream beyond that, where it has to remember something between events; each
   * event comes to {@link #answer} first.
   *
   * @return null when it remembers nothing
   */
  default @Nullable StreamChange ofStream() {
    return null;
  }
}
