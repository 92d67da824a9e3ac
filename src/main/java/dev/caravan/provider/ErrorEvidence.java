package dev.caravan.provider;

/**
 * All that an error is judged by.
 *
 * @param provider whose answer it is
 * @param status the HTTP status that counts: the body's own when it names one, since gateways of
 *     others wrap a 429 into a 503 or even a 200; 0 when there is none
 * @param byBody whether the body named that status
 * @param shouldRetry value of {@code x-should-retry}, empty when absent
 * @param body what the body says by name
 */
record ErrorEvidence(
    String provider, int status, boolean byBody, String shouldRetry, ErrorBody body) {}
