/**
 * Server-sent events as bytes: where one ends, and which ones deserve a closer look.
 *
 * <p>Enter through {@link dev.caravan.dialect.sse.EventScanner}.
 */
@NullMarked
package dev.caravan.dialect.sse;

import org.jspecify.annotations.NullMarked;
