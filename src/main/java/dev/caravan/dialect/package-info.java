/**
 * Wire formats: what a request, an answer, a stream and an error look like in each of them, one
 * package a dialect.
 *
 * <p>Enter through {@link dev.caravan.dialect.Dialects}. Bytes in, facts out: this room knows
 * neither providers nor credentials, neither Camel nor Vert.x, and no dialect knows another.
 */
@NullMarked
package dev.caravan.dialect;

import org.jspecify.annotations.NullMarked;
