/**
 * What happens in the gateway, told to whoever listens: {@code from: events:credential.cooled} in a
 * YAML route.
 *
 * <p>Enter through {@link dev.caravan.event.EventBus} to tell something, and through {@link
 * dev.caravan.event.EventsComponent} to let routes listen. Nobody who tells waits for a listener,
 * and a listener that is slow or broken loses events of its own and no others.
 */
@NullMarked
package dev.caravan.event;

import org.jspecify.annotations.NullMarked;
