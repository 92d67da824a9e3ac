/**
 * Hooks: routes of a team's own that run at named points of a call. Each point has a contract
 * ({@link dev.caravan.route.hook.HookPoint}); a hook sees a copy of what it may read and gives back
 * what it may change, and whatever it does otherwise, the call goes on or is refused in time.
 *
 * <p>Enter through {@link dev.caravan.route.hook.Hooks}.
 */
@NullMarked
package dev.caravan.route.hook;

import org.jspecify.annotations.NullMarked;
