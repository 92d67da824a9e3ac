/**
 * Requests in, streams out: the engine under every {@code platform-http:} endpoint. It knows
 * connections, bodies and back-pressure, and nothing about language models.
 *
 * <p>Enter through {@link dev.caravan.http.StreamingHttpServer}, which outlives the routes, and
 * {@link dev.caravan.http.StreamingHttpEngine}, of which each set of routes has its own.
 */
@NullMarked
package dev.caravan.http;

import org.jspecify.annotations.NullMarked;
