/**
 * What is written below {@code logs/}: a folder for each call, the raw traffic of the client's
 * border, and each failed attempt (operations.md 13). Everything passes the masks of {@link
 * dev.caravan.observe.Redaction}, and is written by one thread of its own.
 *
 * <p>Enter through {@link dev.caravan.observe.files.LogFiles}. Knows {@code call}, {@code config}
 * and {@code dialect}; neither Camel nor Vert.x.
 */
@NullMarked
package dev.caravan.observe.files;

import org.jspecify.annotations.NullMarked;
