package dev.caravan.dialect.hub.tokens;

import dev.caravan.dialect.hub.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Tokens of a picture, as OpenAI counts them: 85, and 170 for each square of 512 points after it
 * was made to fit 2048 by 2048 and its shorter side 768. The size is read from the first bytes of
 * PNG, GIF, WebP and JPEG.
 */
final class Pictures {
  static final int LOW_DETAIL = 85;
  static final int UNKNOWN = 765;
  private static final int TILE = 170;
  private static final int HEAD = 64 * 1024;

  private Pictures() {}

  static int tokens(JsonText base64) {
    String head = base64.between(0, Math.min(base64.length(), HEAD) / 4 * 4).string();
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(head.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      return UNKNOWN;
    }
    long size = size(bytes);
    int width = (int) (size >>> 32);
    int height = (int) size;
    return width <= 0 || height <= 0 ? UNKNOWN : tokens(width, height);
  }

  static int tokens(int width, int height) {
    double shrink = Math.min(1, 2048.0 / Math.max(width, height));
    shrink *= Math.min(1, 768.0 / (Math.min(width, height) * shrink));
    int across = (int) Math.ceil(Math.round(width * shrink) / 512.0);
    int down = (int) Math.ceil(Math.round(height * shrink) / 512.0);
    return LOW_DETAIL + TILE * across * down;
  }

  /** Width in the upper half and height in the lower, 0 when they are not known. */
  private static long size(byte[] b) {
    if (starts(b, 0, "\u0089PNG") && b.length >= 24) {
      return pair((big(b, 16) << 16) | big(b, 18), (big(b, 20) << 16) | big(b, 22));
    }
    if (starts(b, 0, "GIF8") && b.length >= 10) {
      return pair(little(b, 6), little(b, 8));
    }
    if (starts(b, 0, "RIFF") && starts(b, 8, "WEBP") && b.length >= 30) {
      return webp(b);
    }
    return b.length > 4 && at(b, 0) == 0xFF && at(b, 1) == 0xD8 ? jpeg(b) : 0;
  }

  private static long webp(byte[] b) {
    if (starts(b, 12, "VP8X")) {
      return pair(1 + (little(b, 24) | (at(b, 26) << 16)), 1 + (little(b, 27) | (at(b, 29) << 16)));
    }
    if (starts(b, 12, "VP8L")) {
      int bits = little(b, 21) | (little(b, 23) << 16);
      return pair(1 + (bits & 0x3FFF), 1 + ((bits >>> 14) & 0x3FFF));
    }
    return pair(little(b, 26) & 0x3FFF, little(b, 28) & 0x3FFF);
  }

  private static long jpeg(byte[] b) {
    int i = 2;
    while (i + 9 < b.length && at(b, i) == 0xFF) {
      int marker = at(b, i + 1);
      boolean frame =
          marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame) {
        return pair(big(b, i + 7), big(b, i + 5));
      }
      i += 2 + big(b, i + 2);
    }
    return 0;
  }

  private static long pair(int width, int height) {
    return ((long) width << 32) | (height & 0xFFFFFFFFL);
  }

  private static boolean starts(byte[] b, int from, String word) {
    if (b.length < from + word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (at(b, from + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int big(byte[] b, int i) {
    return (at(b, i) << 8) | at(b, i + 1);
  }

  private static int little(byte[] b, int i) {
    return at(b, i) | (at(b, i + 1) << 8);
  }

  private static int at(byte[] b, int i) {
    return b[i] & 0xFF;
  }
}
