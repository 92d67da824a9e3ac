/**
 * Where what the pools know survives a restart: one contract, files for one machine.
 *
 * <p>Enter through {@link dev.caravan.state.PoolKeeper}, which follows the pools, and {@link
 * dev.caravan.state.StateStore}, which a store implements. Knows {@code pool} and its rules about
 * nothing: what a cooldown means is not decided here. Knows neither Camel nor Vert.x.
 */
@NullMarked
package dev.caravan.state;

import org.jspecify.annotations.NullMarked;
