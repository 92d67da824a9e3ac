package dev.caravan.dialect.openai.embeddings;

import dev.caravan.call.Failure;
import dev.caravan.dialect.AnswerFacts;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Splice;
import dev.caravan.dialect.StreamWatch;
import dev.caravan.dialect.hub.Codec;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import dev.caravan.dialect.openai.OpenAiChat;
import java.util.List;

/**
 * What clients speak at {@code POST /v1/embeddings} (OpenAI API reference, embeddings). No dialect
 * of providers: those are {@link dev.caravan.dialect.hub.embeddings.EmbeddingCodec}s.
 */
public final class OpenAiEmbeddings implements Dialect {
  public static final String NAME = "openai-embeddings";

  private final Dialect errors = new OpenAiChat();

  /**
   * Reads a whole request.
   *
   * @throws dev.caravan.call.CallFailed when the body is not one
   */
  public static EmbeddingRequest read(byte[] body) {
    return RequestReader.read(body);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Envelope readRequest(byte[] body) {
    EmbeddingRequest request = RequestReader.read(body);
    return new Envelope(request.model(), false, false, request.modelAt(), null);
  }

  @Override
  public List<Splice> forUpstream(Envelope envelope, String model, boolean wantUsage) {
    return List.of(
        new Splice(envelope.modelAt().start(), envelope.modelAt().end(), JsonBytes.quote(model)));
  }

  @Override
  public AnswerFacts readAnswer(byte[] body) {
    throw answersAreReadElsewhere();
  }

  @Override
  public byte[] asStream(byte[] answer, Envelope envelope) {
    throw answersAreReadElsewhere();
  }

  @Override
  public StreamWatch watch() {
    throw answersAreReadElsewhere();
  }

  @Override
  public Codec codec() {
    throw answersAreReadElsewhere();
  }

  private static UnsupportedOperationException answersAreReadElsewhere() {
    return new UnsupportedOperationException(
        "embeddings have no conversation and no stream; see EmbeddingCodec");
  }

  @Override
  public int status(Failure failure) {
    return errors.status(failure);
  }

  @Override
  public byte[] renderFailure(Failure failure, String requestId) {
    return errors.renderFailure(failure, requestId);
  }

  @Override
  public byte[] renderRefusal(int status, String message, String requestId) {
    return errors.renderRefusal(status, message, requestId);
  }

  @Override
  public byte[] renderFailureEvent(Failure failure, String requestId) {
    return errors.renderFailureEvent(failure, requestId);
  }
}
