/** Cohere's own form of a request for embeddings; its chat is asked in OpenAI's. */
@NullMarked
package dev.caravan.dialect.cohere;

import org.jspecify.annotations.NullMarked;
