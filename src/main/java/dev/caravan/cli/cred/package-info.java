/**
 * {@code caravan cred}: one file a command, all of them at a {@link dev.caravan.cli.cred.CredDesk}
 * that gives them files, providers and a terminal.
 */
@NullMarked
package dev.caravan.cli.cred;

import org.jspecify.annotations.NullMarked;
