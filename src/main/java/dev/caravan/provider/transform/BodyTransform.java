package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
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
