package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Signature;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a whole answer (http-api.md 7.3). */
final class WholeAnswerWriter {
  private final Memo memo;
  private final boolean whole;
  private final List<byte[]> items = new ArrayList<>();

  private WholeAnswerWriter(Memo memo, boolean whole) {
    this.memo = memo;
    this.whole = whole;
  }

  static byte[] write(Answer answer, Asked asked) {
    WholeAnswerWriter writer =
        new WholeAnswerWriter(Memo.of(asked), answer.finish() != Finish.LENGTH);
    answer.blocks().forEach(writer::block);
    JsonWriter out = new JsonWriter(1024);
    ResponseObject.ended(
        id(answer.id()), asked, answer.finish(), writer.items, answer.usage(), out);
    return out.toBytes();
  }

  static String id(@Nullable String given) {
    return given != null && given.startsWith("resp_") ? given : Ids.fresh("resp_");
  }

  private void block(Block block) {
    JsonWriter out = new JsonWriter(256);
    switch (block) {
      case Block.Text(var text, var cache) -> {
        if (text.isEmpty()) {
          return;
        }
        Items.message(Ids.fresh("msg_"), text, whole, out);
      }
      case Block.Thinking(var text, var signature) ->
          Items.reasoning(
              Ids.fresh("rs_"), text, signature == null ? null : Items.sealed(signature), out);
      case Block.SealedThinking(var data) ->
          Items.reasoning(Ids.fresh("rs_"), null, Items.sealed(data), out);
      case Block.ToolCall call -> {
        Signature signature = call.signature();
        if (signature != null) {
          JsonText sealed = CallSignature.written(signature);
          Items.reasoning(Ids.fresh("rs_"), null, sealed, out);
          items.add(out.take());
        }
        call(call, out);
      }
      case Block.Image image -> Items.picture(Ids.fresh("ig_"), image.media(), out);
      case Block.Foreign foreign -> {
        if (!foreign.dialect().equals(OpenAiResponses.NAME)) {
          return;
        }
        out.raw(foreign.raw());
      }
      case Block.Audio audio -> {
        return;
      }
      case Block.Document document -> {
        return;
      }
      case Block.ToolResult result -> {
        return;
      }
    }
    items.add(out.toBytes());
  }

  private void call(Block.ToolCall call, JsonWriter out) {
    boolean custom = call.custom() || memo.custom().contains(call.name());
    String callId = call.id().isEmpty() ? Ids.fresh("call_") : call.id();
    JsonText said;
    if (custom) {
      said = FreeText.unwrapped(call.arguments());
    } else {
      JsonWriter text = new JsonWriter(128);
      call.arguments().writeText(text);
      said = JsonText.escaped(text.toBytes(), 1, text.length() - 1);
    }
    String id = (custom ? "ctc_" : "fc_") + callId;
    Items.call(id, callId, memo.qualified(call.name()), custom, "completed", said, out);
  }
}
