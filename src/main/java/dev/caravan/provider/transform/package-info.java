/**
 * Changes that single providers need in a request or an answer and that no property can say
 * (providers.md 3 and 4): pure functions on JSON in the provider's own dialect, asked for by name
 * in a provider's file.
 *
 * <p>Enter through {@link dev.caravan.provider.transform.Transforms}.
 */
@NullMarked
package dev.caravan.provider.transform;

import org.jspecify.annotations.NullMarked;
