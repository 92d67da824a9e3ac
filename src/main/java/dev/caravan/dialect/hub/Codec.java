package dev.caravan.dialect.hub;

import dev.caravan.call.CallFailed;
import java.io.IOException;

/**
 * A dialect's way into the hub and out of it. Stateless and thread-safe; what has state is made for
 * each request or stream.
 */
public interface Codec {

  /** What it does with each feature. */
  Ledger ledger();

  /**
   * Reads a client's request.
   *
   * @throws CallFailed when the body is not one of this dialect
   */
  Conversation parseRequest(byte[] body);

  /**
   * Writes a request for a provider. What the ledger alone decides is settled already.
   *
   * @throws CallFailed when it cannot be made without something that the dialect has not
   */
  byte[] renderRequest(Conversation conversation, Target target);

  /**
   * Reads a provider's whole answer, one that {@link dev.caravan.dialect.Dialect#readAnswer} has
   * found to be an answer.
   *
   * @throws IOException when it is none of this dialect after all
   */
  Answer parseAnswer(byte[] body, ToolNames names) throws IOException;

  /** Writes a whole answer for a client. */
  byte[] renderAnswer(Answer answer, Asked asked);

  /** Reads a provider's stream. */
  StreamReader reader(StreamSink to, ToolNames names);

  /** Writes a client's stream. */
  StreamWriter writer(Asked asked);
}
