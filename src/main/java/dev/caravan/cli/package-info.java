/**
 * The command line. One class a command; what a command does lives in the other rooms.
 *
 * <p>Enter through {@link dev.caravan.cli.CaravanCommand}.
 */
@NullMarked
package dev.caravan.cli;

import org.jspecify.annotations.NullMarked;
