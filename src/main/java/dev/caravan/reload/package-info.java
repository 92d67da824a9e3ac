/**
 * Safe change of {@code routes/}: each set of routes is a whole Camel context of its own, a
 * generation, and becomes live as one.
 *
 * <p>Enter through {@link dev.caravan.reload.Generation}. Knows Camel and how its files are loaded;
 * not what the routes are about.
 */
@NullMarked
package dev.caravan.reload;

import org.jspecify.annotations.NullMarked;
