/**
 * Every setting once: its name, type, default and text, where its value came from, and who may call
 * the gateway.
 *
 * <p>Enter through {@link dev.caravan.config.Configuration} and {@link
 * dev.caravan.config.Settings}. The ground floor: plain Java, which knows no other room.
 */
@NullMarked
package dev.caravan.config;

import org.jspecify.annotations.NullMarked;
