package dev.caravan.route;

import dev.caravan.http.Reply;
import dev.caravan.http.ServedRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A page of JSON that is asked for again and again: its bytes, packed ones too, and the tag by
 * which a client knows that it has it already. Thread-safe.
 */
final class CachedPage {
  private static final int PACK_FROM = 1_024;

  private final byte[] bytes;
  private final String tag;
  private byte @Nullable [] packed;

  CachedPage(byte[] bytes) {
    this.bytes = bytes;
    this.tag = tag(bytes);
  }

  Reply reply(ServedRequest served) {
    MultiMap headers = HeadersMultiMap.httpHeaders();
    headers.set("ETag", tag);
    headers.set(
        "Vary", "Accept-Encoding, anthropic-version, Authorization, x-api-key, x-goog-api-key");
    headers.set("Cache-Control", "private, no-cache");
    if (isKnown(served.header("If-None-Match"))) {
      return new Reply(304, headers, null);
    }
    headers.set("Content-Type", "application/json");
    if (bytes.length >= PACK_FROM && takesGzip(served.header("Accept-Encoding"))) {
      headers.set("Content-Encoding", "gzip");
      return new Reply(200, headers, packed());
    }
    return new Reply(200, headers, bytes);
  }

  private boolean isKnown(@Nullable String tags) {
    if (tags == null) {
      return false;
    }
    for (String one : tags.split(",", -1)) {
      if (one.strip().equals(tag) || one.strip().equals("*")) {
        return true;
      }
    }
    return false;
  }

  private static boolean takesGzip(@Nullable String encodings) {
    if (encodings == null) {
      return false;
    }
    for (String one : encodings.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = one.split(";", -1);
      boolean named = parts[0].strip().equals("gzip") || parts[0].strip().equals("*");
      if (named && (parts.length == 1 || !parts[1].strip().matches("q=0(\\.0{0,3})?"))) {
        return true;
      }
    }
    return false;
  }

  private synchronized byte[] packed() {
    byte[] known = packed;
    if (known == null) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 8 + 64);
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      known = out.toByteArray();
      packed = known;
    }
    return known;
  }

  // weak, since the packed bytes are others
  private static String tag(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "W/\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
