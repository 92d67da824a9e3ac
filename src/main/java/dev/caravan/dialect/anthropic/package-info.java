/**
 * The Anthropic messages dialect: {@code POST /v1/messages}, its stream and its errors.
 *
 * <p>Enter through {@link dev.caravan.dialect.anthropic.AnthropicMessages}.
 */
@NullMarked
package dev.caravan.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
