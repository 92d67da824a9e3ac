/** Embeddings over HTTP, before the mock. */
@NullMarked
package dev.caravan.embeddings;

import org.jspecify.annotations.NullMarked;
