/** What single providers ask and answer differently, over HTTP. */
@NullMarked
package dev.caravan.providers;

import org.jspecify.annotations.NullMarked;
