/**
 * One call to one provider with one credential: the {@code upstream:} component. It sends, waits
 * for the first event that is content, and hands the rest over as a stream; it knows neither pools
 * nor retries.
 *
 * <p>Enter through the endpoint {@code upstream:provider} in routes and {@link
 * dev.caravan.upstream.UpstreamStream} for what comes back.
 */
@NullMarked
package dev.caravan.upstream;

import org.jspecify.annotations.NullMarked;
