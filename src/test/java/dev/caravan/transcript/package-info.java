/**
 * Golden transcripts: what a client asks, what a provider answers, and what becomes of both, as
 * files that people can read. See {@link dev.caravan.transcript.TranscriptTest}.
 */
@NullMarked
package dev.caravan.transcript;

import org.jspecify.annotations.NullMarked;
