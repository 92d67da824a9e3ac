/**
 * The OpenAI chat dialect: {@code POST /v1/chat/completions}, its stream and its errors.
 *
 * <p>Enter through {@link dev.caravan.dialect.openai.OpenAiChat}.
 */
@NullMarked
package dev.caravan.dialect.openai;

import org.jspecify.annotations.NullMarked;
