package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.openai.AudioTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a message's content, and of a tool's output. */
final class PartReader {
  private String type = "";
  private @Nullable JsonText text;
  private @Nullable JsonText url;
  private @Nullable JsonText fileUrl;
  private @Nullable JsonText detail;
  private @Nullable JsonText data;
  private @Nullable JsonText format;
  private @Nullable JsonText name;
  private @Nullable JsonText fileId;

  private PartReader() {}

  /** A text, or a list of parts. */
  static List<Block> content(Raw raw, Conversation.Builder into) throws IOException {
    List<Block> blocks = new ArrayList<>(2);
    if (raw.isString()) {
      if (!raw.text().isEmpty()) {
        blocks.add(new Block.Text(raw.text()));
      }
    } else if (raw.isArray()) {
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        while (json.nextElement()) {
          Block block = json.isObject() ? part(json.raw(), into) : plain(json.text());
          if (block != null) {
            blocks.add(block);
          }
        }
      }
    }
    return blocks;
  }

  /** What a tool said; JSON that is no list of parts is told as a text. */
  static List<Block> output(Raw raw, Conversation.Builder into) throws IOException {
    boolean parts = raw.isString() || (raw.isArray() && holdsParts(raw));
    return parts || raw.isNull() ? content(raw, into) : List.of(new Block.Text(raw.text()));
  }

  private static boolean holdsParts(Raw array) throws IOException {
    try (JsonReader json = new JsonReader(array.bytes(), array.start(), array.end())) {
      json.next();
      while (json.nextElement()) {
        if (!json.isObject()) {
          return false;
        }
        Raw part = json.raw();
        PartReader reader = new PartReader();
        reader.members(part);
        if (!reader.type.startsWith("input_") && !reader.type.startsWith("output_")) {
          return false;
        }
      }
    }
    return true;
  }

  /** The texts of a list of parts, a blank line between them. */
  static JsonText texts(@Nullable Raw array) throws IOException {
    if (array == null || !array.isArray()) {
      return JsonText.EMPTY;
    }
    JsonWriter out = new JsonWriter(array.length());
    JsonText only = JsonText.EMPTY;
    int texts = 0;
    try (JsonReader json = new JsonReader(array.bytes(), array.start(), array.end())) {
      json.next();
      while (json.nextElement()) {
        if (!json.isObject()) {
          json.skip();
          continue;
        }
        PartReader part = new PartReader();
        part.members(json.raw());
        if (part.text != null && !part.text.isEmpty()) {
          out.part(texts++ == 0 ? "" : "\n\n").part(part.text);
          only = part.text;
        }
      }
    }
    return texts == 1 ? only : JsonText.escaped(out.toBytes(), 0, out.length());
  }

  private static @Nullable Block plain(@Nullable JsonText text) {
    return text == null || text.isEmpty() ? null : new Block.Text(text);
  }

  private static @Nullable Block part(Raw raw, Conversation.Builder into) throws IOException {
    PartReader part = new PartReader();
    part.members(raw);
    return part.block(raw, into);
  }

  private void members(Raw raw) throws IOException {
    try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
      json.next();
      members(json);
    }
  }

  private void members(JsonReader json) throws IOException {
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> type = ConversationReader.orEmpty(json.string());
        case "text", "refusal" -> text = json.text();
        case "image_url", "input_audio" -> {
          if (json.isObject()) {
            members(json);
          } else {
            url = json.text();
          }
        }
        case "url" -> url = json.text();
        case "file_url" -> fileUrl = json.text();
        case "detail" -> detail = json.text();
        case "data", "file_data" -> data = json.text();
        case "format" -> format = json.text();
        case "filename" -> name = json.text();
        case "file_id" -> fileId = json.text();
        default -> json.skip();
      }
    }
  }

  private @Nullable Block block(Raw raw, Conversation.Builder into) {
    switch (type) {
      case "input_text", "output_text", "text", "refusal", "summary_text", "" -> {
        return plain(text);
      }
      case "input_image", "image_url" -> {
        Block image = image(into);
        if (image != null) {
          return image;
        }
      }
      case "input_file", "file" -> {
        Block file = file(into);
        if (file != null) {
          return file;
        }
      }
      case "input_audio" -> {
        if (data != null) {
          into.saw(Feature.AUDIO);
          String kind = format == null ? "wav" : format.string();
          return new Block.Audio(new Media.Inline(JsonText.of(AudioTypes.ofFormat(kind)), data));
        }
      }
      default -> {}
    }
    into.saw(Feature.FOREIGN_BLOCK);
    return new Block.Foreign(OpenAiResponses.NAME, type, raw);
  }

  private @Nullable Block image(Conversation.Builder into) {
    JsonText closely = closely();
    if (url != null) {
      into.saw(Feature.IMAGE);
      if (closely != null) {
        into.saw(Feature.IMAGE_DETAIL);
      }
      return new Block.Image(Media.ofUrl(url), closely, null);
    }
    if (fileId != null) {
      into.saw(Feature.STORED_FILE);
      return new Block.Image(new Media.Stored(fileId), closely, null);
    }
    return null;
  }

  private @Nullable JsonText closely() {
    return switch (detail == null ? "" : detail.string()) {
      case "auto", "low", "high" -> detail;
      case "original" -> JsonText.of("high");
      default -> null;
    };
  }

  private @Nullable Block file(Conversation.Builder into) {
    if (data != null) {
      into.saw(Feature.DOCUMENT);
      Media media = Media.ofUrl(data);
      boolean bare = media instanceof Media.Url && !data.startsWith("http");
      return new Block.Document(
          bare ? new Media.Inline(JsonText.of("application/pdf"), data) : media, name, null);
    }
    if (fileUrl != null) {
      into.saw(Feature.DOCUMENT);
      return new Block.Document(Media.ofUrl(fileUrl), name, null);
    }
    if (fileId != null) {
      into.saw(Feature.STORED_FILE);
      return new Block.Document(new Media.Stored(fileId), name, null);
    }
    return null;
  }
}
