/** Google's clients at the gateway, and Google's API behind it. */
@NullMarked
package dev.caravan.gemini;

import org.jspecify.annotations.NullMarked;
