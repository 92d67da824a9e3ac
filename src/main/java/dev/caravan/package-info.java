/**
 * The gateway as a whole: {@link dev.caravan.Gateway} puts the rooms together, {@link
 * dev.caravan.Caravan} starts it.
 */
@NullMarked
package dev.caravan;

import org.jspecify.annotations.NullMarked;
