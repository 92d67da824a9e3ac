/**
 * Who is next: picks a credential for a call, counts what it uses, rests it when it fails.
 *
 * <p>Enter through {@link dev.caravan.pool.Pools}. Knows {@code call}; neither Camel nor Vert.x nor
 * files nor HTTP.
 */
@NullMarked
package dev.caravan.pool;

import org.jspecify.annotations.NullMarked;
