package dev.caravan.observe.files;

import dev.caravan.call.Fault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that failed, and what was decided about it.
 *
 * @param requestId as the client sees it
 * @param provider that failed
 * @param model that was asked for, as {@code provider/model}
 * @param credential fingerprint
 * @param number of the attempt within its call, from 1
 * @param decision {@code retry-same}, {@code rotate} or {@code fail}
 * @param headers of the client's request, its keys among them
 * @param problem what was thrown, null when nothing was
 */
public record FailedAttempt(
    String requestId,
    String provider,
    String model,
    String credential,
    int number,
    Fault fault,
    String decision,
    Iterable<Map.Entry<String, String>> headers,
    @Nullable Throwable problem) {}
