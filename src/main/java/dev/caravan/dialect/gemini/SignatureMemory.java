package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.JsonText;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The thought signatures of tool calls, by the id of the call, for clients whose dialect has no
 * place for them: Gemini 3 refuses a call of the current turn without its signature (Gemini API,
 * thought signatures). What is forgotten is replaced by the word that Google gives for histories
 * from elsewhere, so that the turn goes on, with less of what the model had thought.
 *
 * <p>Keeps the newest ones, up to a number of bytes. Thread-safe.
 */
final class SignatureMemory {
  private static final long MOST_BYTES = 8L << 20;

  private final Map<String, JsonText> byCall = new LinkedHashMap<>();
  private long bytes;

  synchronized void remember(String callId, JsonText signature) {
    JsonText kept = signature.kept();
    JsonText before = byCall.put(callId, kept);
    bytes += kept.length() - (before == null ? 0 : before.length());
    Iterator<JsonText> oldest = byCall.values().iterator();
    while (bytes > MOST_BYTES && oldest.hasNext()) {
      bytes -= oldest.next().length();
      oldest.remove();
    }
  }

  synchronized @Nullable JsonText of(String callId) {
    return byCall.get(callId);
  }
}
