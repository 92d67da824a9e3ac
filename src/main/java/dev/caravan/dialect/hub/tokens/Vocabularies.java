package dev.caravan.dialect.hub.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.EnumSet;
import java.util.Set;

/**
 * The tables of the tokenizers. Each is loaded when it is first needed, which takes some tenths of
 * a second and tens of MiB; so never on an event loop, and never at the start. Thread-safe.
 */
final class Vocabularies {
  private static final Set<EncodingType> READY = EnumSet.noneOf(EncodingType.class);
  private static final Set<EncodingType> ASKED = EnumSet.noneOf(EncodingType.class);

  /** Loaded with the first table only. */
  private static final class Registry {
    static final EncodingRegistry LAZY = Encodings.newLazyEncodingRegistry();
  }

  private Vocabularies() {}

  /** A table; waits until it is loaded. */
  static Encoding load(EncodingType type) {
    Encoding encoding = Registry.LAZY.getEncoding(type);
    synchronized (READY) {
      READY.add(type);
    }
    return encoding;
  }

  /** Whether a table is there; has it loaded for the next time when it is not. */
  static boolean isReady(EncodingType type) {
    synchronized (READY) {
      if (READY.contains(type)) {
        return true;
      }
      if (ASKED.add(type)) {
        Thread.ofPlatform().daemon().name("vocabulary").start(() -> load(type));
      }
      return false;
    }
  }
}
