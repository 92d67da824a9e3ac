/**
 * What an operator asks of a running gateway, as JSON over HTTP: who may, under which path, in what
 * form, and a line in the audit log for each change. What an operation does lives in the room of
 * its subject.
 *
 * <p>Enter through {@link dev.caravan.admin.AdminSurface}; an operation is one line there. It is no
 * route, so that it answers whichever routes are live, and while they are replaced.
 */
@NullMarked
package dev.caravan.admin;

import org.jspecify.annotations.NullMarked;
