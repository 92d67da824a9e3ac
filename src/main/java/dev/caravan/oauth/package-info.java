/**
 * Accounts as credentials: logging in, keeping what was granted, and refreshing it in time.
 *
 * <p>Enter through {@link dev.caravan.provider.account.OAuth} for how a provider's accounts are
 * declared. Knows HTTP and files; neither Camel nor Vert.x, so that a login runs in a command and
 * in the gateway alike.
 */
@NullMarked
package dev.caravan.oauth;

import org.jspecify.annotations.NullMarked;
