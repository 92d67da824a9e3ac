/**
 * The OpenAI responses dialect: {@code POST /v1/responses}, its stream and its errors. It lies
 * below the chat dialect because both share the vendor's errors and its names of media.
 *
 * <p>Enter through {@link dev.caravan.dialect.openai.responses.OpenAiResponses}.
 */
@NullMarked
package dev.caravan.dialect.openai.responses;

import org.jspecify.annotations.NullMarked;
