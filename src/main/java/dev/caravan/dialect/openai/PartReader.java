package dev.caravan.dialect.openai;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads one part of a message's content. */
final class PartReader {
  private String type = "";
  private @Nullable JsonText text;
  private @Nullable JsonText url;
  private @Nullable JsonText detail;
  private @Nullable JsonText data;
  private @Nullable JsonText format;
  private @Nullable JsonText name;
  private @Nullable JsonText fileId;
  private @Nullable Raw cache;

  private PartReader() {}

  /** The block that a part is; null for an empty text. */
  static @Nullable Block read(Raw raw, Conversation.Builder into) throws IOException {
    PartReader reader = new PartReader();
    try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      json.next();
      reader.members(json);
    }
    return reader.block(raw, into);
  }

  private void members(JsonReader json) throws IOException {
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> {
          String said = json.string();
          type = said == null ? "" : said;
        }
        case "text", "refusal" -> text = json.text();
        case "image_url", "video_url", "input_audio", "file" -> {
          if (json.isString()) {
            url = json.text();
          } else if (json.isObject()) {
            members(json);
          } else {
            json.skip();
          }
        }
        case "url" -> url = json.text();
        case "detail" -> detail = json.text();
        case "data", "file_data" -> data = json.text();
        case "format" -> format = json.text();
        case "filename" -> name = json.text();
        case "file_id" -> fileId = json.text();
        case "cache_control" -> cache = json.raw();
        default -> json.skip();
      }
    }
  }

  private @Nullable Block block(Raw raw, Conversation.Builder into) {
    if (cache != null) {
      into.saw(Feature.CACHE_MARK);
    }
    if (text != null && (type.equals("text") || type.equals("refusal") || type.isEmpty())) {
      return text.isEmpty() ? null : new Block.Text(text, cache);
    }
    if (url != null && (type.equals("image_url") || type.isEmpty())) {
      into.saw(Feature.IMAGE);
      if (detail != null) {
        into.saw(Feature.IMAGE_DETAIL);
      }
      return new Block.Image(Media.ofUrl(url), detail, cache);
    }
    if (type.equals("input_audio") && data != null) {
      into.saw(Feature.AUDIO);
      String kind = format == null ? "wav" : format.string();
      return new Block.Audio(new Media.Inline(JsonText.of(AudioTypes.ofFormat(kind)), data));
    }
    if (type.equals("file") && fileId != null) {
      into.saw(Feature.STORED_FILE);
      return new Block.Document(new Media.Stored(fileId), name, cache);
    }
    if (type.equals("file") && data != null) {
      into.saw(Feature.DOCUMENT);
      Media media = Media.ofUrl(data);
      return new Block.Document(
          media instanceof Media.Url
              ? new Media.Inline(JsonText.of("application/pdf"), data)
              : media,
          name,
          cache);
    }
    if (type.equals("video_url") && url != null) {
      into.saw(Feature.DOCUMENT);
      return new Block.Document(Media.ofUrl(url), null, cache);
    }
    into.saw(Feature.FOREIGN_BLOCK);
    return new Block.Foreign(OpenAiChat.NAME, type, raw);
  }
}
