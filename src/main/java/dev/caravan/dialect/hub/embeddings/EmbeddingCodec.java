package dev.caravan.dialect.hub.embeddings;

import java.io.IOException;

/** How one kind of provider is asked for embeddings. Stateless and thread-safe. */
public interface EmbeddingCodec {

  /** The name that providers and settings use, {@code openai}. */
  String name();

  /** How many inputs one request may hold, unless the provider says otherwise. */
  int mostInputs();

  /** Whether an input may be token numbers instead of a text. */
  boolean takesTokens();

  /**
   * The path of a request.
   *
   * @param template the provider's, with {@code {model}} and {@code {method}} to be filled
   * @param model the provider's own name of it
   */
  default String path(String template, String model) {
    return template;
  }

  /**
   * The body of a request.
   *
   * @param model the provider's own name of it
   */
  byte[] request(EmbeddingRequest request, String model);

  /**
   * Reads an answer.
   *
   * @param request that was answered
   * @throws IOException when it is not one, or holds another number of vectors than was asked for
   */
  EmbeddingAnswer answer(byte[] body, EmbeddingRequest request) throws IOException;
}
