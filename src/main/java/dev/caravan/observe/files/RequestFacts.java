package dev.caravan.observe.files;

import java.util.Map;

/**
 * The head of a request, as it came.
 *
 * @param id as the client sees it in {@code X-Request-Id}
 * @param method {@code POST}
 * @param target path and query
 * @param remote address and port of the client
 * @param headers in the order in which they came, keys among them
 * @param startedNanos when it was in, on {@link System#nanoTime()}
 */
public record RequestFacts(
    String id,
    String method,
    String target,
    String remote,
    Iterable<Map.Entry<String, String>> headers,
    long startedNanos) {}
