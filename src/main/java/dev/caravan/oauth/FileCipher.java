package dev.caravan.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts credential files at rest (operations.md 17): AES-256-GCM (NIST SP 800-38D) under a key
 * that HKDF-SHA-256 (RFC 5869) derives for each save from the 32 bytes of {@code
 * CREDENTIAL_STORE_KEY} and a fresh salt of 16. What is written is JSON that says how it was made,
 * and by which key it can be read; all of that is authenticated. Files that are not encrypted are
 * read as they are. Immutable and thread-safe.
 */
public final class FileCipher {
  private static final String MARK = "caravan_encrypted";
  private static final int VERSION = 1;
  private static final int KEY_BYTES = 32;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final @Nullable Key writes;
  private final List<Key> reads;

  /** 32 bytes of chance, and the name that files call them by. */
  private record Key(byte[] bytes, String id) {
    @Override
    public String toString() {
      return "Key[" + id + "]";
    }
  }

  private FileCipher(@Nullable Key writes, List<Key> reads) {
    this.writes = writes;
    this.reads = reads;
  }

  /** Writes files as they are, and reads no encrypted ones. */
  public static FileCipher none() {
    return new FileCipher(null, List.of());
  }

  /**
   * As the settings want it: encrypted where there is a key, unless {@code CREDENTIAL_STORE} says
   * {@code file}.
   *
   * @throws IllegalArgumentException if they cannot be followed; the message names the setting
   */
  public static FileCipher of(Configuration configuration) {
    return of(
        configuration.find(Settings.CREDENTIAL_STORE).orElse(""),
        configuration.find(Settings.CREDENTIAL_STORE_KEY).orElse(""),
        configuration.find(Settings.CREDENTIAL_STORE_OLD_KEY).orElse(""));
  }

  /**
   * One for these settings.
   *
   * @param store {@code file}, {@code encrypted-file}, or empty for what fits the key
   * @param key 32 bytes as base64 or hex, empty for none
   * @param oldKey one that files may still be encrypted with, empty for none
   */
  static FileCipher of(String store, String key, String oldKey) {
    String wanted = store.strip().toLowerCase(Locale.ROOT);
    Key now = key.isBlank() ? null : key(Settings.CREDENTIAL_STORE_KEY.name(), key);
    List<Key> all = new ArrayList<>();
    if (now != null) {
      all.add(now);
    }
    if (!oldKey.isBlank()) {
      all.add(key(Settings.CREDENTIAL_STORE_OLD_KEY.name(), oldKey));
    }
    return switch (wanted) {
      case "" -> new FileCipher(now, List.copyOf(all));
      case "file" -> new FileCipher(null, List.copyOf(all));
      case "encrypted-file" -> {
        if (now == null) {
          throw new IllegalArgumentException(
              "CREDENTIAL_STORE is encrypted-file, and CREDENTIAL_STORE_KEY is not set; make one with: openssl rand -base64 32");
        }
        yield new FileCipher(now, List.copyOf(all));
      }
      default ->
          throw new IllegalArgumentException(
              "CREDENTIAL_STORE has to be file or encrypted-file; other stores are not there");
    };
  }

  private static Key key(String setting, String text) {
    String value = text.strip();
    byte[] bytes;
    try {
      bytes =
          value.length() == 2 * KEY_BYTES
              ? HexFormat.of().parseHex(value)
              : Base64.getDecoder().decode(value.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length != KEY_BYTES) {
      // a password that people make up can be guessed from a stolen file
      throw new IllegalArgumentException(
          setting
              + " has to be 32 random bytes as base64 or hex; make them with: openssl rand -base64 32");
    }
    byte[] id = derived(bytes, new byte[0], "caravan credential file key id", 4);
    return new Key(bytes, HexFormat.of().formatHex(id));
  }

  /** Whether files are written encrypted. */
  public boolean encrypts() {
    return writes != null;
  }

  /** Whether these bytes are as they would be written now, but for their content. */
  boolean isAsWanted(byte[] file) {
    Key key = writes;
    return key == null
        ? !isEncrypted(file)
        : isEncrypted(file) && start(file).contains("\"" + key.id() + "\"");
  }

  /** Whether a file says that it is encrypted. */
  static boolean isEncrypted(byte[] file) {
    return start(file).contains("\"" + MARK + "\"");
  }

  private static String start(byte[] file) {
    return new String(file, 0, Math.min(file.length, 300), StandardCharsets.UTF_8);
  }

  /** What is to be written for this text. */
  byte[] seal(byte[] text) {
    Key key = writes;
    if (key == null) {
      return text;
    }
    byte[] salt = chance(16);
    byte[] nonce = chance(12);
    ObjectNode file = AccountDocument.JSON.createObjectNode();
    file.put(MARK, VERSION);
    file.put("cipher", "AES-256-GCM");
    file.put("key_derivation", "HKDF-SHA-256");
    file.put("key_id", key.id());
    file.put("salt", base64(salt));
    file.put("nonce", base64(nonce));
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, aes(key, salt), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(head(file));
      file.put("data", base64(cipher.doFinal(text)));
      return AccountDocument.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("AES-GCM is part of every Java platform", e);
    }
  }

  /**
   * The text of a file, which may be encrypted or not.
   *
   * @throws IOException if it is encrypted and cannot be read; the message is the end of a sentence
   */
  byte[] open(byte[] bytes) throws IOException {
    if (!isEncrypted(bytes)) {
      return bytes;
    }
    JsonNode file = AccountDocument.JSON.readTree(bytes);
    if (file.path(MARK).asInt() != VERSION) {
      throw new Locked("it is encrypted in a way that this version does not know");
    }
    String id = file.path("key_id").asText();
    Key key =
        reads.stream()
            .filter(known -> known.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new Locked(unknown(id)));
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          aes(key, bytesOf(file, "salt")),
          new GCMParameterSpec(TAG_BITS, bytesOf(file, "nonce")));
      cipher.updateAAD(head(file));
      return cipher.doFinal(bytesOf(file, "data"));
    } catch (AEADBadTagException e) {
      throw new Locked("it is encrypted, and was changed since: its seal does not hold", e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new Locked("it is encrypted, and damaged", e);
    }
  }

  private String unknown(String id) {
    return reads.isEmpty()
        ? "it is encrypted, and CREDENTIAL_STORE_KEY is not set"
        : "it is encrypted with another key than CREDENTIAL_STORE_KEY (that is key %s, the file has %s)"
            .formatted(reads.getFirst().id(), id);
  }

  private static SecretKey aes(Key key, byte[] salt) throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256")
        .deriveKey("AES", how(key.bytes(), salt, "caravan credential file", KEY_BYTES));
  }

  private static byte[] derived(byte[] key, byte[] salt, String purpose, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256").deriveData(how(key, salt, purpose, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HKDF is part of every Java platform", e);
    }
  }

  private static HKDFParameterSpec how(byte[] key, byte[] salt, String purpose, int length) {
    return HKDFParameterSpec.ofExtract()
        .addIKM(key)
        .addSalt(salt)
        .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), length);
  }

  /** All that a file says beside its data, which nobody may change either. */
  private static byte[] head(JsonNode file) {
    ObjectNode head = file.deepCopy();
    head.remove("data");
    return head.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] chance(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytesOf(JsonNode file, String name) {
    return Base64.getDecoder().decode(file.path(name).asText());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** A file that is whole, and that these keys do not open. */
  static final class Locked extends IOException {
    private static final long serialVersionUID = 1L;

    Locked(String message) {
      super(message);
    }

    Locked(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Override
  public String toString() {
    return writes == null ? "FileCipher" : "FileCipher[" + writes.id() + "]";
  }
}
