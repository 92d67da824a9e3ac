package dev.caravan.admin;

import org.jspecify.annotations.Nullable;

/**
 * An answer with a status of its own.
 *
 * @param status HTTP status
 * @param body what Jackson turns into JSON, null for no body
 */
public record AdminAnswer(int status, @Nullable Object body) {}
