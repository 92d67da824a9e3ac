/**
 * What the dialects meet in: {@link dev.caravan.dialect.hub.Conversation} for requests, {@link
 * dev.caravan.dialect.hub.Answer} for whole answers, {@link dev.caravan.dialect.hub.StreamEvent}
 * for streams, and {@link dev.caravan.dialect.hub.Ledger}, which says what becomes of each field.
 *
 * <p>A dialect takes part through {@link dev.caravan.dialect.hub.Codec}; two of them are put
 * together by {@link dev.caravan.dialect.hub.Translation}. Texts and values that need no change
 * stay ranges of the bytes that they were read from, so nothing is decoded that is only moved.
 */
@NullMarked
package dev.caravan.dialect.hub;

import org.jspecify.annotations.NullMarked;
