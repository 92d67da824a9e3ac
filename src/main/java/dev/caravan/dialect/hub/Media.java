package dev.caravan.dialect.hub;

import org.jspecify.annotations.Nullable;

/** Where the bytes of an image, a sound or a document are. */
public sealed interface Media {

  /**
   * In the request itself.
   *
   * @param type media type, {@code image/png}
   * @param base64 in the standard alphabet, with padding
   */
  record Inline(JsonText type, JsonText base64) implements Media {}

  /**
   * At an address.
   *
   * @param type media type when it is known
   */
  record Url(JsonText url, @Nullable JsonText type) implements Media {}

  /** At the provider, under an id that only it knows. */
  record Stored(JsonText id) implements Media {}

  /** A data URL taken apart, any other URL as it is. */
  static Media ofUrl(JsonText url) {
    int comma = url.startsWith("data:") ? url.indexOf(',') : -1;
    if (comma < 0) {
      return new Url(url, null);
    }
    String head = url.between(5, comma).string();
    int end = head.indexOf(';');
    if (!head.endsWith(";base64")) {
      return new Url(url, null);
    }
    return new Inline(JsonText.of(head.substring(0, end)), url.from(comma + 1));
  }

  /** The parts of a URL that stands for it, as the inside of a string; empty when it has none. */
  static void writeUrl(Media media, JsonWriter out) {
    switch (media) {
      case Inline(var type, var base64) ->
          out.beginString().part("data:").part(type).part(";base64,").part(base64).endString();
      case Url(var url, var type) -> out.text(url);
      case Stored(var id) -> out.text(id);
    }
  }
}
