/**
 * The event loops that connections, upstream calls and streams live on. A request stays on the loop
 * of its client's connection from the first byte to the last, so that a chunk never changes
 * threads.
 *
 * <p>Enter through {@link dev.caravan.loop.Loops}. Knows Vert.x and nothing else.
 */
@NullMarked
package dev.caravan.loop;

import org.jspecify.annotations.NullMarked;
