/**
 * How many tokens a request is, as far as that can be known without asking a provider (http-api.md
 * 14).
 *
 * <p>Enter through {@link dev.caravan.dialect.hub.tokens.TokenCounter}.
 */
@NullMarked
package dev.caravan.dialect.hub.tokens;

import org.jspecify.annotations.NullMarked;
