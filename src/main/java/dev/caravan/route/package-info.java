/**
 * The surfaces that clients call, in Java DSL, and the steps that routes in YAML name as beans:
 * thin shells around rules that live elsewhere.
 *
 * <p>Enter through {@link dev.caravan.route.ChatRoutes} for the way of a request.
 */
@NullMarked
package dev.caravan.route;

import org.jspecify.annotations.NullMarked;
