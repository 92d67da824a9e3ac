package dev.caravan.dialect.gemini;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.StreamEvent;
import dev.caravan.dialect.hub.StreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of Gemini's chunks (http-api.md 9.4, clients.md).
 *
 * <p>Invariants: data lines only; no chunk without parts and no part with an empty text but in the
 * last chunk, which has no content at all when there is nothing left to say; calls whole, in the
 * order of their numbers, in the last chunk, which alone has a finish reason and tells the usage.
 */
final class ChunkWriter implements StreamWriter {
  private static final byte[] OPENING =
      ascii("data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[");
  private static final byte[] TEXT = ascii("{\"text\":\"");
  private static final byte[] THOUGHT = ascii("{\"thought\":true,\"text\":\"");
  private static final byte[] PART_END = ascii("\"}");

  private static final class Call {
    @Nullable String id;
    @Nullable String name;
    @Nullable Signature signature;
    final JsonWriter arguments = new JsonWriter(64);
  }

  private final Asked asked;
  private final List<Call> calls = new ArrayList<>(0);
  private @Nullable Signature waiting;
  private byte[] common = new byte[0];
  private byte[] closing = new byte[0];
  private boolean ended;
  private Finish finish = Finish.STOP;
  private Usage usage = Usage.NONE;

  ChunkWriter(Asked asked) {
    this.asked = asked;
  }

  @Override
  public void write(StreamEvent event, JsonWriter out) {
    if (ended) {
      return;
    }
    switch (event) {
      case StreamEvent.Started(var id, var prompt) -> {
        begin(id);
        usage = prompt;
      }
      case StreamEvent.TextDelta(var text) -> text(TEXT, text, out);
      case StreamEvent.ThinkingDelta(var text) -> text(THOUGHT, text, out);
      case StreamEvent.Signed(var signature) -> waiting = kept(signature);
      case StreamEvent.SealedThinkingPart(var data) -> waiting = Signatures.sealed(kept(data));
      case StreamEvent.ToolDelta delta -> call(delta);
      case StreamEvent.ImagePart(var media) -> image(media, out);
      case StreamEvent.BlockEnd end -> {}
      case StreamEvent.Finished(var why, var sequence) -> finish = why;
      case StreamEvent.Used(var counted) -> usage = counted;
    }
  }

  private static Signature kept(Signature signature) {
    return new Signature(signature.value().kept(), signature.family());
  }

  private void begin(@Nullable String id) {
    if (common.length > 0) {
      return;
    }
    JsonWriter tail = new JsonWriter(128);
    tail.glue(",").fresh().member("modelVersion", asked.model());
    tail.member("responseId", id == null || id.isEmpty() ? Ids.fresh("resp_") : id);
    tail.glue("}\n\n");
    common = tail.toBytes();
    closing = new JsonWriter(256).glue("]},\"index\":0}]").glue(common).toBytes();
  }

  private void text(byte[] kind, JsonText text, JsonWriter out) {
    if (text.isEmpty()) {
      return;
    }
    begin(null);
    out.glue(OPENING).glue(kind).part(text);
    if (kind == TEXT && waiting != null) {
      out.glue("\",\"thoughtSignature\":\"").part(Signatures.write(waiting));
      waiting = null;
    }
    out.glue(PART_END).glue(closing);
  }

  private void image(Media media, JsonWriter out) {
    begin(null);
    out.glue(OPENING).fresh();
    Parts.media(media, "image/png", out);
    out.glue(closing);
  }

  private void call(StreamEvent.ToolDelta delta) {
    begin(null);
    while (calls.size() <= delta.index()) {
      calls.add(new Call());
    }
    Call call = calls.get(delta.index());
    call.id = call.id == null ? delta.id() : call.id;
    call.name = call.name == null ? delta.name() : call.name;
    if (delta.signature() != null) {
      call.signature = kept(delta.signature());
    }
    if (delta.arguments() != null) {
      call.arguments.part(delta.arguments());
    }
    if (waiting != null && call.signature == null) {
      call.signature = waiting;
      waiting = null;
    }
  }

  @Override
  public void end(JsonWriter out) {
    if (ended) {
      return;
    }
    ended = true;
    begin(null);
    out.glue("data: ").fresh().beginObject().name("candidates").beginArray().beginObject();
    boolean first = true;
    for (Call call : calls) {
      if (call.name == null && call.arguments.isEmpty()) {
        continue;
      }
      if (first) {
        out.name("content").beginObject().member("role", "model").name("parts").beginArray();
        first = false;
      }
      byte[] text = call.arguments.toBytes();
      Parts.call(
          call.id == null || call.id.isEmpty() ? Ids.fresh("call_") : call.id,
          call.name == null ? "tool" : call.name,
          Arguments.of(JsonText.escaped(text, 0, text.length)).object(),
          call.signature == null ? null : Signatures.write(call.signature),
          out);
    }
    if (!first) {
      out.endArray().endObject();
    }
    out.member("finishReason", Finishes.word(finish)).member("index", 0);
    out.endObject().endArray();
    UsageWriter.write(usage, out);
    out.glue(common);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
