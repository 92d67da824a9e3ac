/** Google's subscriptions as providers, over HTTP against the mock's back end. */
@NullMarked
package dev.caravan.google;

import org.jspecify.annotations.NullMarked;
