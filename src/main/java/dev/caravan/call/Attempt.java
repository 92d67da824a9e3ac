package dev.caravan.call;

import org.jspecify.annotations.Nullable;

/**
 * One try of one credential, as the decision record keeps it (rotation.md 3.11).
 *
 * @param credential fingerprint
 * @param fault class of the fault, null while it runs and after a success
 * @param status upstream HTTP status, 0 when there was none
 * @param durationMillis until the outcome was known
 */
public record Attempt(
    String credential, @Nullable FaultClass fault, int status, long durationMillis) {}
