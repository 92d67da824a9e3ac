package dev.caravan.call;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A credential that was not lent, and why. Immutable.
 *
 * @param credential fingerprint
 * @param why in one word: {@code cooldown}, {@code busy}, {@code lockout}
 * @param kind class of the failure behind it, null when there is none
 * @param until when that ends, null when not known
 * @param source who gave that time, {@code upstream}; null when nobody did
 * @param evidence what the time was read from, masked; null when from nothing
 */
public record Skipped(
    String credential,
    String why,
    @Nullable FaultClass kind,
    @Nullable Instant until,
    @Nullable String source,
    @Nullable String evidence) {}
