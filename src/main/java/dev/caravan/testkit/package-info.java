/**
 * For tests of route files: a gateway in the test's own process, before a provider that fails on
 * demand. Works with any test framework, and with none.
 *
 * <p>Enter through {@link dev.caravan.testkit.TestGateway}.
 */
@NullMarked
package dev.caravan.testkit;

import org.jspecify.annotations.NullMarked;
