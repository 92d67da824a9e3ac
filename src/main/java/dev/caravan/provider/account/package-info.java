/**
 * What an account that pays by OAuth is, as data: how its provider lets people log in, and the few
 * steps that a provider needs beyond that.
 *
 * <p>Enter through {@link dev.caravan.provider.account.OAuth}, which a provider's file fills, and
 * {@link dev.caravan.provider.account.AccountSetup}, which a provider with habits of its own
 * implements. Plain Java without sockets; who logs in and refreshes lives in the room {@code
 * oauth}.
 */
@NullMarked
package dev.caravan.provider.account;

import org.jspecify.annotations.NullMarked;
