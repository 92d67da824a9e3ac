package dev.caravan.config;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a presented key belongs to (http-api.md 1.2). Immutable; holds digests only.
 *
 * <p>How long a look-up takes depends on the digest of what was presented, never on how much of it
 * is right: the digest is looked up in a map, and compared in constant time.
 */
public final class ClientKeys {

  /** SHA-256 of a key. */
  @SuppressWarnings("ArrayRecordComponent") // equality is what this record is for
  private record Digest(byte[] bytes) {

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Digest that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return ByteBuffer.wrap(bytes).getInt();
    }

    @Override
    public String toString() {
      return "digest of a client key";
    }
  }

  // Copied for every look-up, which is cheaper than asking the security providers for a new one.
  private static final MessageDigest SHA_256 = sha256();

  private final Map<Digest, ClientKey> clients;
  private final boolean isOpen;

  private ClientKeys(Map<Digest, ClientKey> clients, boolean isOpen) {
    this.clients = Map.copyOf(clients);
    this.isOpen = isOpen;
  }

  /** The keys of a configuration; open to anybody if there is no proxy key and none is needed. */
  public static ClientKeys of(Configuration configuration, ProxyKey proxyKey) {
    Map<String, ClientKey> clients = new HashMap<>();
    configuration
        .find(Settings.ADMIN_TOKEN)
        .ifPresent(token -> clients.put(token, ClientKey.ADMIN));
    proxyKey.value().ifPresent(key -> clients.put(key, ClientKey.DEFAULT));
    return of(clients, proxyKey instanceof ProxyKey.NotNeeded);
  }

  /**
   * Keys of several clients.
   *
   * @param clients by their keys
   * @param isOpen whether a caller without a valid key is {@link ClientKey#ANYBODY}
   */
  public static ClientKeys of(Map<String, ClientKey> clients, boolean isOpen) {
    Map<Digest, ClientKey> digests = new HashMap<>();
    clients.forEach((key, client) -> digests.put(digest(key), client));
    return new ClientKeys(digests, isOpen);
  }

  /**
   * The client that a key belongs to, null if it belongs to nobody. Blanks around the key do not
   * count.
   *
   * @param presented the bare key, without {@code Bearer}; null if the client sent none
   */
  public @Nullable ClientKey find(@Nullable String presented) {
    ClientKey client = presented == null ? null : clients.get(digest(presented.strip()));
    return client == null && isOpen ? ClientKey.ANYBODY : client;
  }

  /** Whether callers without a key are served. */
  public boolean isOpen() {
    return isOpen;
  }

  private static Digest digest(String key) {
    try {
      MessageDigest digest = (MessageDigest) SHA_256.clone();
      return new Digest(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("this Java cannot copy a SHA-256 digest", impossible);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java has no SHA-256", impossible);
    }
  }
}
