package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Signatures in the form of {@code thoughtSignature}, which is base64 and decoded as such by
 * Google's SDKs: a foreign one goes out with its tag wrapped once more.
 */
final class Signatures {
  /** What Google takes in place of a signature that was never there. */
  static final JsonText UNCHECKED = JsonText.of("skip_thought_signature_validator");

  /** How every tag begins in base64. */
  private static final String WRAPPED_TAG = "Y2FyYXZhbi";

  /** Stands before what is sealed thinking itself, and no signature of thinking that is shown. */
  private static final String SEALED = "sealed:";

  private Signatures() {}

  /**
   * What carries sealed thinking of another family, in the one place that there is for it and for
   * signatures.
   */
  static Signature sealed(Signature data) {
    return data.family().equals(Gemini.NAME)
        ? data
        : new Signature(JsonText.of(SEALED + data.value().string()), data.family());
  }

  /** The sealed thinking that it carries, null when it is a signature. */
  static @Nullable Signature unsealed(Signature read) {
    return read.value().startsWith(SEALED)
        ? new Signature(
            JsonText.of(read.value().string().substring(SEALED.length())), read.family())
        : null;
  }

  static JsonText write(Signature signature) {
    JsonText written = signature.writtenIn(Gemini.NAME);
    if (signature.family().equals(Gemini.NAME)) {
      return written;
    }
    byte[] tagged = written.string().getBytes(StandardCharsets.UTF_8);
    return JsonText.of(Base64.getEncoder().encodeToString(tagged));
  }

  /** Reads one from a client; null for the word that stands for none. */
  static @Nullable Signature read(@Nullable JsonText written) {
    if (written == null || written.isEmpty() || written.equals(UNCHECKED)) {
      return null;
    }
    JsonText standard = standard(written);
    if (standard.startsWith(WRAPPED_TAG)) {
      try {
        byte[] tagged = Base64.getDecoder().decode(standard.string());
        String text = new String(tagged, StandardCharsets.UTF_8);
        return Signature.readIn(Gemini.NAME, JsonText.of(text));
      } catch (IllegalArgumentException notBase64) {
        return new Signature(standard, Gemini.NAME);
      }
    }
    return new Signature(standard, Gemini.NAME);
  }

  /**
   * Base64 in the standard alphabet: Google's SDK for Python sends the one for URLs, which other
   * dialects do not take (clients.md).
   */
  static JsonText standard(JsonText base64) {
    if (base64.indexOf('-') < 0 && base64.indexOf('_') < 0) {
      return base64;
    }
    return JsonText.of(base64.string().replace('-', '+').replace('_', '/'));
  }
}
