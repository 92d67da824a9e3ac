/**
 * What Google's accounts need beyond their tokens: the cloud project that pays for their calls, and
 * their plan (providers.md 5.10 and 6.9).
 *
 * <p>Enter through {@link dev.caravan.provider.google.CodeAssistSetup}, which a provider's file
 * asks for by its name.
 */
@NullMarked
package dev.caravan.provider.google;

import org.jspecify.annotations.NullMarked;
