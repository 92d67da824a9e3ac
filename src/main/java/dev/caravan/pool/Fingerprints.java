package dev.caravan.pool;

import dev.caravan.call.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names secrets by a keyed hash, so that nobody who reads a log can test a guessed key against it
 * (rotation.md 1, 4.8). Immutable and thread-safe.
 */
public final class Fingerprints {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES_SHOWN = 6;

  private final SecretKeySpec key;

  private Fingerprints(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * Fingerprints of one installation.
   *
   * @param key of this installation, at least one byte; another key gives other fingerprints
   */
  public static Fingerprints of(byte[] key) {
    return new Fingerprints(new SecretKeySpec(key, ALGORITHM));
  }

  /** The first 12 hex digits of HMAC-SHA-256; safe to log and to store. */
  public String fingerprint(String value) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] digest = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES_SHOWN);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is part of every Java platform", e);
    }
  }

  public Secret secret(String value) {
    return new Secret(value, fingerprint(value));
  }
}
