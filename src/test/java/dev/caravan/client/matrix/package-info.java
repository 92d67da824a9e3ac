/**
 * The vendors' own Java SDKs against every upstream dialect, over HTTP: client × upstream ×
 * scenario. {@code ./mvnw test -Dtest=MatrixTest} prints the matrix.
 */
@NullMarked
package dev.caravan.client.matrix;

import org.jspecify.annotations.NullMarked;
