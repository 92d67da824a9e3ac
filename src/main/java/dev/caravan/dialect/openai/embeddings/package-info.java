/**
 * OpenAI's form of a request for embeddings, {@code POST /v1/embeddings}: what clients send, and
 * what most providers take.
 *
 * <p>Enter through {@link dev.caravan.dialect.openai.embeddings.OpenAiEmbeddings}.
 */
@NullMarked
package dev.caravan.dialect.openai.embeddings;

import org.jspecify.annotations.NullMarked;
