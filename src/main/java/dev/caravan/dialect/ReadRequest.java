package dev.caravan.dialect;

/**
 * A request with its envelope.
 *
 * @param body as received or as a hook has left it; not to be changed
 * @param envelope read from exactly these bytes
 */
public record ReadRequest(byte[] body, Envelope envelope) {}
