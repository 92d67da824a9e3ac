/**
 * A stand-in provider: it speaks the OpenAI chat dialect over real HTTP and fails on demand, told
 * how by words in the model name or the API key.
 *
 * <p>Enter through {@link dev.caravan.mock.MockProvider}; {@link dev.caravan.mock.Drills} lists the
 * words. Knows Vert.x and Jackson's streaming parser, and no other room.
 */
@NullMarked
package dev.caravan.mock;

import org.jspecify.annotations.NullMarked;
