package dev.caravan.dialect;

/**
 * A range of bytes in a body.
 *
 * @param start first byte
 * @param end one past the last
 */
public record Span(int start, int end) {}
