package dev.caravan.dialect;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.dialect.hub.Codec;
import dev.caravan.dialect.hub.GatheredAnswer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One wire format. Found by {@link java.util.ServiceLoader}, so a jar on the class path can add
 * one. Implementations are stateless and thread-safe; what has state comes from {@link #watch}.
 */
public interface Dialect {

  /** The name that providers and settings use, {@code openai-chat}. */
  String name();

  /**
   * Reads what the gateway must know of a request, in one pass over its bytes.
   *
   * @throws CallFailed when the body is not a request of this dialect
   */
  Envelope readRequest(byte[] body);

  /**
   * The same, and tells on the way what there is to know of the conversation.
   *
   * @param clues told of it, null for nobody, which costs nothing
   */
  default Envelope readRequest(byte[] body, @Nullable Clues clues) {
    return readRequest(body);
  }

  /**
   * The changes that a request needs on its way to a provider of this same dialect.
   *
   * @param envelope as read from the body
   * @param model the provider's own name of it
   * @param wantUsage whether the provider can be asked to report the usage of streams
   */
  List<Splice> forUpstream(Envelope envelope, String model, boolean wantUsage);

  /**
   * The path of a call, in dialects whose path says more than which service it is for.
   *
   * @param template the provider's, with {@code {model}} and {@code {method}} to be filled
   * @param model the provider's own name of it
   */
  default String path(String template, String model, boolean stream) {
    return template;
  }

  /**
   * Reads the same of a request for an errand, which may lack what an answer needs.
   *
   * @throws CallFailed when the body is not a request of this dialect
   */
  default Envelope readRequest(Errand errand, byte[] body) {
    return readRequest(body);
  }

  /**
   * Where a provider of this dialect runs an errand.
   *
   * @param template path of the provider's answers, as for {@link #path(String, String, boolean)}
   * @return null when the dialect has no such thing
   */
  default @Nullable String path(Errand errand, String template, String model) {
    return null;
  }

  /**
   * Reads what the gateway must know of a whole answer. Never throws: an answer that is no JSON
   * says so.
   */
  AnswerFacts readAnswer(byte[] body);

  /**
   * A whole answer as the events of a stream, for a provider that was asked for a stream and does
   * not stream.
   *
   * @param answer a body that {@link #readAnswer} has found to be an answer
   * @param envelope of the request
   */
  byte[] asStream(byte[] answer, Envelope envelope);

  /** A new watch over one upstream stream. */
  StreamWatch watch();

  /** The same, which tells reasoning from the answer where the dialect can. */
  default StreamWatch watchReasoning() {
    return watch();
  }

  /**
   * A new gathering of one upstream stream into the whole answer that it is.
   *
   * @param seconds the time, since 1970
   */
  default Gathering gathering(long seconds) {
    return new GatheredAnswer(name(), codec(), seconds);
  }

  /** The way from this dialect to the others and back. */
  Codec codec();

  /**
   * Headers of a client, in lower case, that a provider of this same dialect has to see, because
   * fields of the body mean nothing without them.
   */
  default List<String> handedOnHeaders() {
    return List.of();
  }

  /** The HTTP status of a failure in this dialect. */
  int status(Failure failure);

  /**
   * The body of a failure.
   *
   * @param requestId as in {@code X-Request-Id}
   */
  byte[] renderFailure(Failure failure, String requestId);

  /**
   * The body of a provider's refusal that came in another dialect.
   *
   * @param status HTTP status that the provider gave and the client gets
   * @param message the provider's own words
   */
  byte[] renderRefusal(int status, String message, String requestId);

  /** The event that tells of a failure inside a stream that has begun, blank line included. */
  byte[] renderFailureEvent(Failure failure, String requestId);

  /**
   * The same, for a dialect whose event depends on what has come before.
   *
   * @param at where the client's stream stands, as its {@link StreamWatch#position} or {@link
   *     dev.caravan.dialect.hub.StreamWriter#position} tells
   */
  default byte[] renderFailureEvent(Failure failure, String requestId, int at) {
    return renderFailureEvent(failure, requestId);
  }

  /**
   * The dialect as one client speaks it, where clients differ.
   *
   * @param header gives a header of the client's by its name, null for one that it did not send
   */
  default Dialect spokenBy(Function<String, @Nullable String> header) {
    return this;
  }
}
