/**
 * What the gateway tells about itself: log records, and the masks that keep secrets out of them.
 *
 * <p>Enter through {@link dev.caravan.observe.Logs} and {@link dev.caravan.observe.Redaction}.
 * Knows {@code config}; neither Camel nor Vert.x.
 */
@NullMarked
package dev.caravan.observe;

import org.jspecify.annotations.NullMarked;
