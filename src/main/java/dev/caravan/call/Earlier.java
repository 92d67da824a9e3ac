package dev.caravan.call;

/**
 * Where the last answer of a conversation came from. Immutable.
 *
 * @param provider its name
 * @param credential fingerprint of the credential that paid for it
 * @param atMillis when, since 1970
 */
public record Earlier(String provider, String credential, long atMillis) {}
