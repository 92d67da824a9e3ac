package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the parts that requests and answers have in common. */
final class Parts {
  private Parts() {}

  /**
   * A call.
   *
   * @param id null for none
   * @param signature null for none
   */
  static void call(
      @Nullable String id, String name, Raw args, @Nullable JsonText signature, JsonWriter out) {
    out.beginObject().name("functionCall").beginObject();
    if (id != null) {
      out.member("id", id);
    }
    out.member("name", name).member("args", args).endObject();
    if (signature != null) {
      out.member("thoughtSignature", signature);
    }
    out.endObject();
  }

  /**
   * Bytes, or the address of some.
   *
   * @param usual the type of what does not say
   */
  static void media(Media media, String usual, JsonWriter out) {
    switch (media) {
      case Media.Inline(var type, var base64) -> {
        out.beginObject().name("inlineData").beginObject();
        out.member("mimeType", type).member("data", base64).endObject().endObject();
      }
      case Media.Url(var url, var type) -> {
        out.beginObject().name("fileData").beginObject();
        if (type != null) {
          out.member("mimeType", type);
        } else {
          out.member("mimeType", typeOf(url.string(), usual));
        }
        out.member("fileUri", url).endObject().endObject();
      }
      case Media.Stored(var id) ->
          out.beginObject()
              .name("fileData")
              .beginObject()
              .member("fileUri", id)
              .endObject()
              .endObject();
    }
  }

  private static String typeOf(String url, String usual) {
    int query = url.indexOf('?');
    String path = (query < 0 ? url : url.substring(0, query)).toLowerCase(Locale.ROOT);
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "png" -> "image/png";
      case "jpg", "jpeg" -> "image/jpeg";
      case "gif" -> "image/gif";
      case "webp" -> "image/webp";
      case "pdf" -> "application/pdf";
      case "mp4" -> "video/mp4";
      case "mp3" -> "audio/mpeg";
      case "wav" -> "audio/wav";
      default -> usual;
    };
  }
}
