package dev.caravan.call;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Takes down what passes the gateway's two borders while one request is served. There is none
 * unless a log wants it, so each place that tells one asks for null and nothing else.
 *
 * <p>Implementations are thread-safe, never block and never throw. What they are given may be kept:
 * arrays are not changed afterwards, but for the bytes of {@link #piece}, which are to be copied.
 */
public interface Transcript {

  /** A border of the gateway. */
  enum Side {
    CLIENT,
    UPSTREAM
  }

  /** The client's body is in. */
  void received(byte[] body);

  /**
   * It is a call of a model.
   *
   * @param surface id of the route that serves it, {@code chat}
   */
  void opened(Call call, String surface);

  /**
   * A request goes to a provider; a further one is a further attempt.
   *
   * @param target method and address
   * @param headers with the credential in them
   * @param body ranges of bytes, in order
   */
  void sent(String target, Iterable<Map.Entry<String, String>> headers, List<ByteBuffer> body);

  /** An answer begins: the provider's, or the one to the client. */
  void answer(Side side, int status, Iterable<Map.Entry<String, String>> headers);

  /** Bytes of an answer's body; those of a stream as they come. */
  void piece(Side side, ByteBuffer bytes);

  /** Nothing more will be said to the client. */
  void over();
}
