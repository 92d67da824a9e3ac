/**
 * The Gemini generateContent dialect: requests, answers and streams of {@code
 * models/{model}:generateContent} and {@code :streamGenerateContent?alt=sse} (Gemini API reference;
 * http-api.md 9, providers.md 13.2).
 *
 * <p>On the wire the path says which model is asked and whether a stream is wanted. Inside the
 * gateway a request carries both as its first members, {@code model} and {@code stream}, as in
 * every other dialect; {@link dev.caravan.dialect.gemini.Gemini#request} puts them in, and they are
 * taken out again before a provider of this dialect sees the body.
 */
@NullMarked
package dev.caravan.dialect.gemini;

import org.jspecify.annotations.NullMarked;
