/** Counting of tokens over HTTP. */
@NullMarked
package dev.caravan.tokens;

import org.jspecify.annotations.NullMarked;
