/**
 * What a provider is, as data: its definition, the catalogue of known ones, what the environment
 * says about them, and how their errors read.
 *
 * <p>Enter through {@link dev.caravan.provider.EnvironmentProviders} for what is configured and
 * through {@link dev.caravan.provider.ErrorRules} for what went wrong. Knows {@code call}; neither
 * Camel nor Vert.x, no pools, no sockets.
 */
@NullMarked
package dev.caravan.provider;

import org.jspecify.annotations.NullMarked;
