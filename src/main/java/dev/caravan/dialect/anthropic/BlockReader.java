package dev.caravan.dialect.anthropic;

import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads content blocks, of requests and of answers. */
final class BlockReader {
  private final Conversation.@Nullable Builder into;
  private String type = "";
  private @Nullable JsonText text;
  private @Nullable JsonText thinking;
  private @Nullable JsonText signature;
  private @Nullable JsonText data;
  private @Nullable JsonText title;
  private String id = "";
  private String name = "";
  private @Nullable Raw input;
  private @Nullable Raw content;
  private @Nullable Raw cache;
  private @Nullable Raw source;
  private boolean failed;
  private boolean cites;

  private BlockReader(Conversation.@Nullable Builder into) {
    this.into = into;
  }

  /**
   * The content of a message: a text, or a list of blocks.
   *
   * @param into is told what features there are; null for an answer
   */
  static List<Block> content(JsonReader json, Conversation.@Nullable Builder into)
      throws IOException {
    List<Block> blocks = new ArrayList<>(4);
    if (json.isString()) {
      JsonText text = json.text();
      if (text != null && !text.isEmpty()) {
        blocks.add(new Block.Text(text));
      }
    } else if (json.isArray()) {
      while (json.nextElement()) {
        if (json.isObject()) {
          blocks.add(block(json, into));
        } else {
          json.skip();
        }
      }
    } else {
      json.skip();
    }
    return blocks;
  }

  /** One block; the reader stands on its beginning. */
  static Block block(JsonReader json, Conversation.@Nullable Builder into) throws IOException {
    int start = json.tokenStart();
    BlockReader reader = new BlockReader(into);
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      reader.member(json, member);
    }
    return reader.made(new Raw(json.bytes(), start, json.tokenEnd()));
  }

  private void member(JsonReader json, String member) throws IOException {
    switch (member) {
      case "type" -> type = orEmpty(json.string());
      case "text" -> text = json.text();
      case "thinking" -> thinking = json.text();
      case "signature" -> signature = json.text();
      case "data" -> data = json.text();
      case "title" -> title = json.text();
      case "id", "tool_use_id" -> id = orEmpty(json.string());
      case "name" -> name = orEmpty(json.string());
      case "input" -> input = json.raw();
      case "content" -> content = json.raw();
      case "source" -> source = json.raw();
      case "is_error" -> {
        failed = json.isTrue();
        json.skip();
      }
      case "citations" -> {
        cites = !json.isNull();
        json.skip();
      }
      case "cache_control" -> {
        Raw mark = json.raw();
        cache = mark.isNull() ? null : mark;
      }
      default -> json.skip();
    }
  }

  private Block made(Raw raw) throws IOException {
    if (cache != null) {
      saw(Feature.CACHE_MARK);
    }
    if (cites) {
      saw(Feature.CITATIONS);
    }
    switch (type) {
      case "text" -> {
        return new Block.Text(text == null ? JsonText.EMPTY : text, cache);
      }
      case "thinking" -> {
        return thought();
      }
      case "redacted_thinking" -> {
        if (data != null) {
          saw(Feature.SEALED_THINKING);
          return new Block.SealedThinking(Signature.readIn(AnthropicMessages.NAME, data));
        }
      }
      case "tool_use" -> {
        saw(Feature.TOOL_CALL);
        Arguments arguments = input == null ? Arguments.none() : Arguments.of(input);
        return new Block.ToolCall(id, name, arguments, false, null, cache);
      }
      case "tool_result" -> {
        return result();
      }
      case "image" -> {
        Media media = media();
        if (media != null) {
          saw(media instanceof Media.Stored ? Feature.STORED_FILE : Feature.IMAGE);
          return new Block.Image(media, null, cache);
        }
      }
      case "document" -> {
        Block document = document();
        if (document != null) {
          return document;
        }
      }
      default -> {}
    }
    saw(Feature.FOREIGN_BLOCK);
    return new Block.Foreign(AnthropicMessages.NAME, type, raw);
  }

  private Block thought() {
    boolean signed = signature != null && !signature.isEmpty();
    saw(signed ? Feature.SIGNED_THINKING : Feature.THINKING);
    return new Block.Thinking(
        thinking == null ? JsonText.EMPTY : thinking,
        signed && signature != null ? Signature.readIn(AnthropicMessages.NAME, signature) : null);
  }

  private Block result() throws IOException {
    saw(Feature.TOOL_RESULT);
    if (failed) {
      saw(Feature.FAILED_RESULT);
    }
    List<Block> blocks = List.of();
    if (content != null) {
      try (JsonReader json = new JsonReader(content.bytes(), content.start(), content.end())) {
        json.next();
        blocks = content(json, into);
      }
    }
    if (blocks.stream().anyMatch(block -> !(block instanceof Block.Text))) {
      saw(Feature.MEDIA_IN_RESULT);
    }
    return new Block.ToolResult(id, "", blocks, failed, cache);
  }

  private @Nullable Media media() throws IOException {
    if (source == null || !source.isObject()) {
      return null;
    }
    String kind = "";
    JsonText mediaType = null;
    JsonText value = null;
    try (JsonReader json = new JsonReader(source.bytes(), source.start(), source.end())) {
      json.next();
      for (String member = json.nextMember(); member != null; member = json.nextMember()) {
        switch (member) {
          case "type" -> kind = orEmpty(json.string());
          case "media_type" -> mediaType = json.text();
          case "data", "url", "file_id" -> value = json.text();
          default -> json.skip();
        }
      }
    }
    if (value == null) {
      return null;
    }
    return switch (kind) {
      case "base64", "text" ->
          new Media.Inline(mediaType == null ? JsonText.of("image/png") : mediaType, value);
      case "url" -> Media.ofUrl(value);
      case "file" -> new Media.Stored(value);
      default -> null;
    };
  }

  /** A document that is plain text becomes one: every model can read that. */
  private @Nullable Block document() throws IOException {
    Media media = media();
    if (media == null) {
      return null;
    }
    if (media instanceof Media.Stored) {
      saw(Feature.STORED_FILE);
    } else {
      saw(Feature.DOCUMENT);
    }
    if (media instanceof Media.Inline(var kind, var value) && kind.startsWith("text/")) {
      String titled = title == null ? "" : title.string() + "\n\n";
      return titled.isEmpty()
          ? new Block.Text(value, cache)
          : new Block.Text(JsonText.of(titled + value.string()), cache);
    }
    return new Block.Document(media, title, cache);
  }

  private void saw(Feature feature) {
    if (into != null) {
      into.saw(feature);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
