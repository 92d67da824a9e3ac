package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the turns of a request. */
final class PartWriter {
  private final String client;
  private final Target target;
  private final SignatureMemory memory;
  private final JsonWriter out;
  private final boolean threeOrLater;
  private final boolean withIds;
  private final boolean withThoughts;

  PartWriter(String client, Target target, SignatureMemory memory, JsonWriter out) {
    this.client = client;
    this.target = target;
    this.memory = memory;
    this.out = out;
    this.threeOrLater = Models.isThreeOrLater(target.model());
    this.withIds = Models.takesCallIds(target.model());
    this.withThoughts = Models.isClaude(target.model());
  }

  void turn(Turns.Turn turn) {
    out.beginObject().member("role", turn.model() ? "model" : "user").name("parts").beginArray();
    if (turn.model()) {
      model(turn.blocks());
    } else {
      user(turn.blocks());
    }
    out.endArray().endObject();
  }

  private void user(List<Block> blocks) {
    List<Block> behind = new ArrayList<>(0);
    boolean answering = true;
    for (Block block : blocks) {
      if (block instanceof Block.ToolResult result) {
        response(result, behind);
      } else {
        if (answering) {
          behind.forEach(this::part);
          answering = false;
        }
        part(block);
      }
    }
    if (answering) {
      behind.forEach(this::part);
    }
  }

  /**
   * A response.
   *
   * @param behind gets the media that have no place in it
   */
  private void response(Block.ToolResult result, List<Block> behind) {
    out.beginObject().name("functionResponse").beginObject();
    if (withIds) {
      out.member("id", result.callId());
    }
    out.member("name", fitted(result.name())).name("response");
    Outcome.write(text(result.content()), result.failed(), out);
    List<Block> media =
        result.content().stream().filter(block -> !(block instanceof Block.Text)).toList();
    if (threeOrLater && !media.isEmpty()) {
      out.name("parts").beginArray();
      media.forEach(this::part);
      out.endArray();
    } else {
      behind.addAll(media);
    }
    out.endObject().endObject();
  }

  private static JsonText text(List<Block> content) {
    JsonText only = null;
    JsonWriter all = new JsonWriter(256);
    for (Block block : content) {
      if (block instanceof Block.Text(var text, var cache)) {
        if (only != null) {
          all.part("\n");
        }
        only = text;
        all.part(text);
      }
    }
    if (only == null) {
      return JsonText.EMPTY;
    }
    byte[] bytes = all.toBytes();
    return bytes.length == only.length() ? only : JsonText.escaped(bytes, 0, bytes.length);
  }

  /**
   * What the model has said. A signature goes with the part behind the thinking that it signs; the
   * first call has to have one, or the word that stands for one.
   */
  private void model(List<Block> blocks) {
    JsonText waiting = null;
    boolean first = true;
    for (int i = 0; i < blocks.size(); i++) {
      switch (blocks.get(i)) {
        case Block.Text(var text, var cache) -> {
          JsonText signed = sealedBehind(blocks, i);
          out.beginObject().member("text", text);
          if (signed != null) {
            out.member("thoughtSignature", signed);
          }
          out.endObject();
        }
        case Block.Thinking(var text, var signature) -> {
          if (withThoughts && signature != null) {
            thought(text, signature.value());
          } else {
            waiting = signature == null ? waiting : signature.value();
          }
        }
        case Block.SealedThinking sealed -> {}
        case Block.ToolCall call -> {
          call(call, first, waiting);
          first = false;
          waiting = null;
        }
        case Block.ToolResult result -> {}
        case Block block -> part(block);
      }
    }
  }

  private void thought(JsonText text, JsonText signature) {
    out.beginObject().member("thought", true).member("text", text);
    out.member("thoughtSignature", signature).endObject();
  }

  /** The signature of a text comes behind it. */
  private static @Nullable JsonText sealedBehind(List<Block> blocks, int at) {
    return at + 1 < blocks.size()
            && blocks.get(at + 1) instanceof Block.SealedThinking(Signature data)
        ? data.value()
        : null;
  }

  private void call(Block.ToolCall call, boolean first, @Nullable JsonText waiting) {
    Signature own = call.signature();
    JsonText signed = own != null && own.family().equals(Gemini.NAME) ? own.value() : waiting;
    if (signed == null && !client.equals(Gemini.NAME)) {
      signed = memory.of(call.id());
    }
    if (signed == null && first && threeOrLater) {
      signed = Signatures.UNCHECKED;
    }
    Parts.call(
        withIds && !call.id().isEmpty() ? call.id() : null,
        fitted(call.name()),
        call.arguments().object(),
        signed,
        out);
  }

  private void part(Block block) {
    switch (block) {
      case Block.Text(var text, var cache) -> out.beginObject().member("text", text).endObject();
      case Block.Image(var media, var detail, var cache) -> Parts.media(media, "image/jpeg", out);
      case Block.Audio(var media) -> Parts.media(media, "audio/wav", out);
      case Block.Document(var media, var name, var cache) ->
          Parts.media(media, "application/pdf", out);
      case Block.Foreign foreign -> out.raw(foreign.raw());
      case Block.ToolCall call -> {}
      case Block.ToolResult result -> {}
      case Block.Thinking thinking -> {}
      case Block.SealedThinking sealed -> {}
    }
  }

  private String fitted(String name) {
    return target
        .names()
        .fitted(name, ConversationWriter.LONGEST_NAME, ConversationWriter.IN_NAMES);
  }
}
