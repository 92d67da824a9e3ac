package dev.caravan.dialect.gemini;

import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.BadRequest;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Signature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads contents of a request, in order: calls and their responses find each other over them, by id
 * or, where there is none, by the order in which a function was called.
 */
final class ContentReader {

  /** A call that has no response yet. */
  private record Open(String id, String name) {}

  private final Conversation.Builder into;
  private final List<Open> open = new ArrayList<>(4);

  ContentReader(Conversation.Builder into) {
    this.into = into;
  }

  /** One content; the reader stands on its beginning. */
  void content(JsonReader json, int index) throws IOException {
    String role = "user";
    List<Block> blocks = new ArrayList<>(4);
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "role" -> role = role(json.string(), index);
        case "parts" -> parts(json, index, blocks);
        default -> json.skip();
      }
    }
    boolean model = role.equals("model");
    if (role.equals("system")) {
      into.saw(Feature.LATER_SYSTEM);
    }
    Role speaks = model ? Role.ASSISTANT : role.equals("system") ? Role.SYSTEM : Role.USER;
    Message last = into.messages.isEmpty() ? null : into.messages.getLast();
    // parallel calls may come as several contents of the model in a row
    if (last != null && last.role() == Role.ASSISTANT && model) {
      List<Block> both = new ArrayList<>(last.blocks());
      both.addAll(blocks);
      into.messages.set(into.messages.size() - 1, new Message(Role.ASSISTANT, joined(both)));
    } else {
      into.messages.add(new Message(speaks, joined(blocks)));
    }
  }

  /** What was thought in pieces is one thought, and what signs the last piece signs it all. */
  private static List<Block> joined(List<Block> blocks) {
    List<Block> all = new ArrayList<>(blocks.size());
    for (Block block : blocks) {
      if (block instanceof Block.Thinking(var text, var signature)
          && !all.isEmpty()
          && all.getLast() instanceof Block.Thinking(var before, var none)
          && none == null) {
        all.set(all.size() - 1, new Block.Thinking(WholeAnswer.joined(before, text), signature));
      } else {
        all.add(block);
      }
    }
    return all;
  }

  private static String role(@Nullable String said, int index) {
    String role = orEmpty(said);
    return switch (role) {
      case "", "user", "function", "tool" -> "user";
      case "model", "assistant" -> "model";
      case "system" -> role;
      default ->
          throw BadRequest.of(
              Kind.INVALID_REQUEST,
              "contents[%d] has no role that is known; known: user, model".formatted(index),
              "contents[" + index + "].role");
    };
  }

  /** The parts of a content without a role; the reader stands on its beginning. */
  List<Block> parts(JsonReader json) throws IOException {
    List<Block> blocks = new ArrayList<>(4);
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("parts")) {
        parts(json, -1, blocks);
      } else {
        json.skip();
      }
    }
    return blocks;
  }

  private void parts(JsonReader json, int index, List<Block> blocks) throws IOException {
    if (json.isArray()) {
      for (int i = 0; json.nextElement(); i++) {
        part(json, index, i, blocks);
      }
    } else {
      part(json, index, 0, blocks);
    }
  }

  private void part(JsonReader json, int index, int place, List<Block> blocks) throws IOException {
    if (json.isObject()) {
      new PartReader(index, place).read(json, blocks);
    } else if (json.isString()) {
      text(json.text(), blocks);
    } else {
      json.skip();
    }
  }

  private static void text(@Nullable JsonText text, List<Block> blocks) {
    if (text != null && !text.isEmpty()) {
      blocks.add(new Block.Text(text));
    }
  }

  /** One part: one of several members says what it is, others say more of it. */
  private final class PartReader {
    private final int content;
    private final int place;
    private @Nullable JsonText text;
    private boolean thought;
    private @Nullable JsonText signature;
    private @Nullable Raw inline;
    private @Nullable Raw file;
    private @Nullable Raw call;
    private @Nullable Raw response;
    private String foreign = "";
    private @Nullable JsonText besideType;

    PartReader(int content, int place) {
      this.content = content;
      this.place = place;
    }

    void read(JsonReader json, List<Block> blocks) throws IOException {
      int start = json.tokenStart();
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        member(json, Spelling.camel(name));
      }
      add(new Raw(json.bytes(), start, json.tokenEnd()), blocks);
    }

    private void member(JsonReader json, String name) throws IOException {
      switch (name) {
        case "text" -> text = json.text();
        case "thought" -> {
          thought = json.isTrue();
          json.skip();
        }
        case "thoughtSignature" -> signature = json.text();
        case "inlineData" -> inline = json.raw();
        case "fileData" -> file = json.raw();
        case "functionCall" -> call = json.raw();
        case "functionResponse" -> response = json.raw();
        case "mimeType" -> besideType = json.text();
        case "videoMetadata", "mediaResolution", "partMetadata" -> json.skip();
        default -> {
          foreign = name;
          json.skip();
        }
      }
    }

    private void add(Raw raw, List<Block> blocks) throws IOException {
      Signature signed = Signatures.read(signature);
      if (call != null && call.isObject()) {
        call(call, signed, blocks);
      } else if (response != null && response.isObject()) {
        blocks.add(response(response));
      } else if (inline != null && inline.isObject()) {
        inline(inline, blocks);
      } else if (file != null && file.isObject()) {
        file(file, blocks);
      } else if (thought && text != null) {
        if (signed != null) {
          into.saw(Feature.SIGNED_THINKING);
        }
        blocks.add(new Block.Thinking(text, signed));
      } else if (text != null) {
        said(text, signed, blocks);
      } else if (!foreign.isEmpty()) {
        into.saw(Feature.FOREIGN_BLOCK);
        blocks.add(new Block.Foreign(Gemini.NAME, foreign, raw));
      }
    }

    /** A signature beside a text signs the thinking before it; one of Google's own stays behind. */
    private void said(JsonText text, @Nullable Signature signed, List<Block> blocks) {
      boolean own = signed != null && signed.family().equals(Gemini.NAME);
      if (signed != null && !own) {
        foreign(signed, blocks);
      }
      if (!text.isEmpty()) {
        blocks.add(new Block.Text(text));
      }
      if (signed != null && own) {
        into.saw(Feature.SEALED_THINKING);
        blocks.add(new Block.SealedThinking(signed));
      }
    }

    /**
     * What another family sealed or signed. The thinking that was signed stands before it, unless
     * the client has left it out.
     */
    private void foreign(Signature signed, List<Block> blocks) {
      Signature sealed = Signatures.unsealed(signed);
      into.saw(sealed == null ? Feature.SIGNED_THINKING : Feature.SEALED_THINKING);
      blocks.add(
          sealed == null
              ? new Block.Thinking(JsonText.EMPTY, signed)
              : new Block.SealedThinking(sealed));
    }

    private void call(Raw raw, @Nullable Signature signed, List<Block> blocks) throws IOException {
      into.saw(Feature.TOOL_CALL);
      String id = "";
      String name = "";
      Raw args = Raw.of("{}");
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        for (String member = json.nextMember(); member != null; member = json.nextMember()) {
          switch (Spelling.camel(member)) {
            case "id", "callId" -> id = orEmpty(json.string());
            case "name" -> name = orEmpty(json.string());
            case "args" -> args = json.isObject() ? json.raw() : skipped(json);
            default -> json.skip();
          }
        }
      }
      if (id.isEmpty()) {
        id = stableId(content + "/" + place + "/" + name + "/" + args);
      }
      open.add(new Open(id, name));
      Signature own = signed;
      if (signed != null && !signed.family().equals(Gemini.NAME)) {
        own = null;
        foreign(signed, blocks);
      } else if (signed != null) {
        into.saw(Feature.SIGNED_THINKING);
      }
      blocks.add(new Block.ToolCall(id, name, Arguments.of(args), false, own, null));
    }

    private Raw skipped(JsonReader json) throws IOException {
      json.skip();
      return Raw.of("{}");
    }

    private Block response(Raw raw) throws IOException {
      into.saw(Feature.TOOL_RESULT);
      String id = "";
      String name = "";
      Raw said = Raw.of("{}");
      List<Block> media = new ArrayList<>(0);
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        for (String member = json.nextMember(); member != null; member = json.nextMember()) {
          switch (Spelling.camel(member)) {
            case "id", "callId" -> id = orEmpty(json.string());
            case "name" -> name = orEmpty(json.string());
            case "response" -> said = json.raw();
            case "parts" -> parts(json, media);
            default -> json.skip();
          }
        }
      }
      if (!media.isEmpty()) {
        into.saw(Feature.MEDIA_IN_RESULT);
      }
      String answered = id.isEmpty() ? oldestOpen(name) : id;
      open.removeIf(call -> call.id().equals(answered));
      Outcome outcome = Outcome.of(said);
      if (outcome.failed()) {
        into.saw(Feature.FAILED_RESULT);
      }
      List<Block> content = new ArrayList<>(1 + media.size());
      content.add(new Block.Text(outcome.text()));
      content.addAll(media);
      return new Block.ToolResult(answered, name, content, outcome.failed(), null);
    }

    private void parts(JsonReader json, List<Block> media) throws IOException {
      if (!json.isArray()) {
        json.skip();
        return;
      }
      while (json.nextElement()) {
        if (json.isObject()) {
          new PartReader(content, place).read(json, media);
        } else {
          json.skip();
        }
      }
    }

    private String oldestOpen(String name) {
      return open.stream()
          .filter(call -> call.name().equals(name))
          .findFirst()
          .map(Open::id)
          .orElseGet(() -> stableId(content + "/" + place + "/" + name));
    }

    private void inline(Raw raw, List<Block> blocks) throws IOException {
      JsonText type = besideType;
      JsonText data = null;
      JsonText name = null;
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        for (String member = json.nextMember(); member != null; member = json.nextMember()) {
          switch (Spelling.camel(member)) {
            case "mimeType" -> type = json.text();
            case "data" -> data = json.text();
            case "displayName" -> name = json.text();
            default -> json.skip();
          }
        }
      }
      if (data != null && !data.isEmpty()) {
        JsonText known = type == null ? JsonText.of("application/octet-stream") : type;
        Media media = new Media.Inline(known, Signatures.standard(data));
        blocks.add(ofType(known, media, name));
      }
    }

    private void file(Raw raw, List<Block> blocks) throws IOException {
      JsonText type = besideType;
      JsonText uri = null;
      JsonText name = null;
      try (JsonReader json = new JsonReader(raw.bytes(), raw.start(), raw.end())) {
        json.next();
        for (String member = json.nextMember(); member != null; member = json.nextMember()) {
          switch (Spelling.camel(member)) {
            case "mimeType" -> type = json.text();
            case "fileUri" -> uri = json.text();
            case "displayName" -> name = json.text();
            default -> json.skip();
          }
        }
      }
      if (uri != null && !uri.isEmpty()) {
        blocks.add(
            ofType(
                type == null ? JsonText.of("application/octet-stream") : type,
                new Media.Url(uri, type),
                name));
      }
    }

    private Block ofType(JsonText type, Media media, @Nullable JsonText name) {
      if (type.startsWith("image/")) {
        into.saw(Feature.IMAGE);
        return new Block.Image(media, null, null);
      }
      if (type.startsWith("audio/") && media instanceof Media.Inline) {
        into.saw(Feature.AUDIO);
        return new Block.Audio(media);
      }
      into.saw(Feature.DOCUMENT);
      if (type.startsWith("text/") && media instanceof Media.Inline(var t, var base64)) {
        JsonText plain = decoded(base64);
        if (plain != null) {
          return new Block.Text(plain);
        }
      }
      return new Block.Document(media, name == null ? fileName(type) : name, null);
    }
  }

  /** A text in base64, for everybody who reads texts only; null when it is none. */
  private static @Nullable JsonText decoded(JsonText base64) {
    try {
      byte[] bytes = java.util.Base64.getDecoder().decode(base64.string());
      return JsonText.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static JsonText fileName(JsonText type) {
    return JsonText.of(
        "document."
            + switch (type.string()) {
              case "application/pdf" -> "pdf";
              case "application/json" -> "json";
              case "application/xml" -> "xml";
              case "video/mp4" -> "mp4";
              default -> "bin";
            });
  }

  /** The same in every turn, so that a call and its response keep finding each other. */
  private static String stableId(String of) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
      return "call_" + HexFormat.of().formatHex(sum, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
