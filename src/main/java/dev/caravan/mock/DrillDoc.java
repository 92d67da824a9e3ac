package dev.caravan.mock;

/**
 * One row of the drill table, for people.
 *
 * @param token the word as it is written, {@code N} and {@code M} standing for numbers
 * @param meaning what the mock then does
 * @param example a model name or key that holds it
 */
public record DrillDoc(String token, String meaning, String example) {}
