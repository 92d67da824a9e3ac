/**
 * One request from accept to settle: its deadline, its attempts, what it used, how it failed.
 *
 * <p>Enter through {@link dev.caravan.call.Call}. The ground floor: every other room may know these
 * types, and this room knows none of them, neither Camel nor Vert.x.
 */
@NullMarked
package dev.caravan.call;

import org.jspecify.annotations.NullMarked;
