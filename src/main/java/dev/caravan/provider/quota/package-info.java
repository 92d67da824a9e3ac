/**
 * What providers say of quotas when they are asked (providers.md 4.8 to 4.11): one reader a
 * provider, from the bytes of its answer to figures for its pool.
 *
 * <p>Enter through {@link dev.caravan.provider.quota.QuotaReader}.
 */
@NullMarked
package dev.caravan.provider.quota;

import org.jspecify.annotations.NullMarked;
