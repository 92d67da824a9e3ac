package dev.caravan.provider;

import java.time.Duration;

/**
 * When an upstream says that it is worth to come back.
 *
 * @param pause from now, whole seconds, more than zero
 * @param source where it stood
 */
record RetryHint(Duration pause, String source) {}
