/**
 * Requests for embeddings and their answers, as every provider's form of them understands them.
 * Inputs and vectors stay ranges of the bytes that they were read from.
 *
 * <p>Enter through {@link dev.caravan.dialect.hub.embeddings.EmbeddingRequest} and {@link
 * dev.caravan.dialect.hub.embeddings.EmbeddingCodec}.
 */
@NullMarked
package dev.caravan.dialect.hub.embeddings;

import org.jspecify.annotations.NullMarked;
