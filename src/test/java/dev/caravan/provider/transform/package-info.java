@NullMarked
package dev.caravan.provider.transform;

import org.jspecify.annotations.NullMarked;
