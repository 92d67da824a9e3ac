package dev.caravan.provider;

import java.util.regex.Pattern;

/** Addresses as people write them: with or without what a provider's paths bring anyway. */
final class BaseAddress {
  private static final Pattern VERSION = Pattern.compile("v\\d\\w*");

  private BaseAddress() {}

  /**
   * An address without the beginning of a path that it already ends in, so that {@code
   * https://api.anthropic.com/v1} serves as well as {@code https://api.anthropic.com} before {@code
   * /v1/messages}. Only the whole path, or a part of it that ends in a version, is taken for that.
   *
   * @param base without a slash at its end
   * @param path behind it, which begins with a slash, or is empty
   */
  static String before(String base, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      String head = path.substring(0, end);
      String last = head.substring(head.lastIndexOf('/') + 1);
      boolean tells = end == path.length() || VERSION.matcher(last).matches();
      if (tells && base.endsWith(head) && base.length() > head.length() + "http://".length()) {
        return base.substring(0, base.length() - head.length());
      }
    }
    return base;
  }
}
