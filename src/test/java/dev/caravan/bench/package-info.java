/**
 * Measures the gateway beside nginx, and wears it out: what {@code bench/run} and {@code
 * bench/soak} start. Speaks to servers over sockets alone, with a client of its own that costs less
 * than they do.
 *
 * <p>Enter through {@link dev.caravan.bench.Bench} or {@link dev.caravan.bench.Soak}.
 */
@NullMarked
package dev.caravan.bench;

import org.jspecify.annotations.NullMarked;
