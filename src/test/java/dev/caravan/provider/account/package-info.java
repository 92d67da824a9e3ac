/** What providers need of accounts beyond their tokens. */
@NullMarked
package dev.caravan.provider.account;

import org.jspecify.annotations.NullMarked;
