/**
 * Drives the real pools through days of traffic in seconds: a virtual clock, providers with hidden
 * quotas and bad hours, and other ways to pick a key beside it, for comparison.
 *
 * <p>Enter through {@link dev.caravan.bench.simulation.Simulation}.
 */
@NullMarked
package dev.caravan.bench.simulation;

import org.jspecify.annotations.NullMarked;
