package dev.caravan.dialect.anthropic;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonEnd;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.StreamEvent;
import dev.caravan.dialect.hub.StreamWriter;
import dev.caravan.dialect.hub.TokenEstimate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of messages events: the machine of http-api.md 5.
 *
 * <p>Invariants: {@code message_start} first and once; one block open at a time, numbered from 0
 * without gaps; what arrives for a call while another block is open waits until that is whole; each
 * call makes one block; {@code message_delta} and {@code message_stop} once, at the end.
 */
final class EventWriter implements StreamWriter {
  private static final byte[] DELTA =
      ascii("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":");
  private static final byte[] TEXT_DELTA = ascii(",\"delta\":{\"type\":\"text_delta\",\"text\":\"");
  private static final byte[] THINKING_DELTA =
      ascii(",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"");
  private static final byte[] SIGNATURE_DELTA =
      ascii(",\"delta\":{\"type\":\"signature_delta\",\"signature\":\"");
  private static final byte[] INPUT_DELTA =
      ascii(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"");
  private static final byte[] DELTA_END = ascii("\"}}\n\n");
  private static final byte[] BLOCK_START =
      ascii("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":");
  private static final byte[] BLOCK_STOP =
      ascii("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":");
  private static final byte[] PING = ascii("event: ping\ndata: {\"type\":\"ping\"}\n\n");

  private enum Phase {
    IDLE,
    THINKING,
    TEXT,
    TOOL
  }

  private static final class Call {
    @Nullable String id;
    @Nullable String name;
    final JsonWriter waiting = new JsonWriter(64);
    final JsonEnd end = new JsonEnd();
    boolean sent;
    boolean started;
    boolean closed;
  }

  private final Asked asked;
  private final List<Call> calls = new ArrayList<>(0);
  private final ArrayDeque<StreamEvent> held = new ArrayDeque<>(0);
  private Phase phase = Phase.IDLE;
  private @Nullable Call open;
  private int next;
  private boolean begun;
  private boolean pinged;
  private boolean ended;
  private boolean ending;
  private Finish finish = Finish.STOP;
  private @Nullable JsonText stopSequence;
  private Usage usage = Usage.NONE;

  EventWriter(Asked asked) {
    this.asked = asked;
  }

  @Override
  public int position() {
    return begun ? Position.of(next, phase != Phase.IDLE) : 0;
  }

  @Override
  public void write(StreamEvent event, JsonWriter out) {
    if (ended) {
      return;
    }
    switch (event) {
      case StreamEvent.Started(var id, var prompt) -> {
        usage = prompt;
        begin(id, out);
      }
      case StreamEvent.TextDelta(var text) -> {
        if (!text.isEmpty() && free(event, out)) {
          text(Phase.TEXT, TEXT_DELTA, text, out);
        }
      }
      case StreamEvent.ThinkingDelta(var text) -> {
        if (!text.isEmpty() && free(event, out)) {
          text(Phase.THINKING, THINKING_DELTA, text, out);
        }
      }
      case StreamEvent.Signed(var signature) -> signed(signature, out);
      case StreamEvent.SealedThinkingPart(var data) -> {
        if (free(event, out)) {
          sealed(data, out);
        }
      }
      case StreamEvent.ToolDelta delta -> call(delta, out);
      case StreamEvent.ImagePart(var media) -> {
        if (free(event, out)) {
          JsonWriter shown = new JsonWriter(1024);
          WholeAnswer.imageAsText(media, shown);
          text(
              Phase.TEXT,
              TEXT_DELTA,
              JsonText.escaped(shown.toBytes(), 1, shown.length() - 1),
              out);
        }
      }
      case StreamEvent.BlockEnd end -> close(out);
      case StreamEvent.Finished(var why, var sequence) -> {
        finish = why;
        stopSequence = sequence;
      }
      case StreamEvent.Used(var counted) -> usage = counted;
    }
  }

  private void begin(@Nullable String id, JsonWriter out) {
    if (begun) {
      return;
    }
    begun = true;
    if (usage.input() == 0 && asked.estimateInput()) {
      usage = new Usage(TokenEstimate.of(asked.conversation()), 0, 0, usage.output(), 0, true);
    }
    out.glue("event: message_start\ndata: ").fresh().beginObject().member("type", "message_start");
    out.name("message").beginObject();
    out.member("id", id != null && id.startsWith("msg_") ? id : Ids.fresh("msg_"));
    out.member("type", "message").member("role", "assistant");
    out.name("content").beginArray().endArray().member("model", asked.model());
    out.name("stop_reason").nul().name("stop_sequence").nul();
    out.name("usage");
    UsageWriter.write(usage, out);
    out.endObject().endObject().glue("\n\n");
  }

  /**
   * Whether something other than a call may be written now: closes a call that is whole, and holds
   * back what comes in the middle of one.
   */
  private boolean free(StreamEvent event, JsonWriter out) {
    begin(null, out);
    if (phase != Phase.TOOL || ending) {
      return true;
    }
    if (open != null && open.end.isComplete()) {
      close(out);
      return true;
    }
    held.add(kept(event));
    return false;
  }

  private static StreamEvent kept(StreamEvent event) {
    return switch (event) {
      case StreamEvent.TextDelta(var text) -> new StreamEvent.TextDelta(text.kept());
      case StreamEvent.ThinkingDelta(var text) -> new StreamEvent.ThinkingDelta(text.kept());
      case StreamEvent.SealedThinkingPart(var data) ->
          new StreamEvent.SealedThinkingPart(new Signature(data.value().kept(), data.family()));
      default -> event;
    };
  }

  private void text(Phase kind, byte[] delta, JsonText text, JsonWriter out) {
    if (phase != kind) {
      closeAll(out);
      out.glue(BLOCK_START).digits(next);
      out.glue(
          kind == Phase.TEXT
              ? ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
              : ",\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n");
      phase = kind;
      ping(out);
    }
    out.glue(DELTA).digits(next).glue(delta).part(text).glue(DELTA_END);
  }

  private void ping(JsonWriter out) {
    if (!pinged) {
      pinged = true;
      out.glue(PING);
    }
  }

  /** Signs the thinking that is open; without one there is nothing to sign. */
  private void signed(Signature signature, JsonWriter out) {
    if (phase == Phase.THINKING) {
      out.glue(DELTA).digits(next).glue(SIGNATURE_DELTA);
      out.part(signature.writtenIn(AnthropicMessages.NAME)).glue(DELTA_END);
    }
  }

  private void sealed(Signature data, JsonWriter out) {
    closeAll(out);
    out.glue(BLOCK_START).digits(next);
    out.glue(",\"content_block\":{\"type\":\"redacted_thinking\",\"data\":\"");
    out.part(data.writtenIn(AnthropicMessages.NAME)).glue("\"}}\n\n");
    ping(out);
    out.glue(BLOCK_STOP).digits(next++).glue("}\n\n");
  }

  private void call(StreamEvent.ToolDelta delta, JsonWriter out) {
    begin(null, out);
    while (calls.size() <= delta.index()) {
      calls.add(new Call());
    }
    Call call = calls.get(delta.index());
    if (call.closed) {
      return;
    }
    call.id = call.id == null ? delta.id() : call.id;
    call.name = call.name == null ? delta.name() : call.name;
    JsonText arguments = delta.arguments();
    if (arguments != null) {
      call.end.feed(arguments);
    }
    if (call == open) {
      if (arguments != null && !arguments.isEmpty()) {
        arguments(call, arguments, out);
      }
      return;
    }
    if (arguments != null) {
      call.waiting.part(arguments);
    }
    if (phase != Phase.TOOL || (open != null && open.end.isComplete())) {
      if (call.id != null && call.name != null) {
        closeAll(out);
        start(call, out);
      }
    }
  }

  private void start(Call call, JsonWriter out) {
    String id = call.id == null ? "" : Ids.plain(call.id);
    out.glue(BLOCK_START).digits(next).glue(",\"content_block\":{\"type\":\"tool_use\",\"id\":\"");
    out.part(id.isEmpty() ? Ids.fresh("toolu_") : id).glue("\",\"name\":\"");
    out.part(call.name == null ? "tool_" + calls.indexOf(call) : call.name);
    out.glue("\",\"input\":{}}}\n\n");
    call.started = true;
    phase = Phase.TOOL;
    open = call;
    ping(out);
    if (!call.waiting.isEmpty()) {
      byte[] waited = call.waiting.take();
      arguments(call, JsonText.escaped(waited, 0, waited.length), out);
    }
  }

  private void arguments(Call call, JsonText arguments, JsonWriter out) {
    call.sent = true;
    out.glue(DELTA).digits(next).glue(INPUT_DELTA).part(arguments).glue(DELTA_END);
  }

  /** What waits behind a call may open a block of its own. */
  private void closeAll(JsonWriter out) {
    while (phase != Phase.IDLE) {
      close(out);
    }
  }

  /** Closes the block that is open, if any, and goes on with what has waited for that. */
  private void close(JsonWriter out) {
    if (phase == Phase.IDLE) {
      return;
    }
    Call call = open;
    if (call != null) {
      if (!call.sent) {
        arguments(call, JsonText.of("{}"), out);
      }
      call.closed = true;
      open = null;
    }
    boolean wasCall = phase == Phase.TOOL;
    phase = Phase.IDLE;
    out.glue(BLOCK_STOP).digits(next++).glue("}\n\n");
    while (wasCall && phase != Phase.TOOL && !held.isEmpty()) {
      write(held.poll(), out);
    }
  }

  @Override
  public void end(JsonWriter out) {
    if (ended) {
      return;
    }
    begin(null, out);
    closeAll(out);
    for (Call call : calls) {
      boolean said = call.id != null || call.name != null || !call.waiting.isEmpty();
      if (!call.started && said) {
        start(call, out);
        closeAll(out);
      }
    }
    ending = true;
    while (!held.isEmpty()) {
      write(held.poll(), out);
    }
    close(out);
    boolean called = calls.stream().anyMatch(call -> call.started);
    out.glue("event: message_delta\ndata: ").fresh().beginObject();
    out.member("type", "message_delta").name("delta").beginObject();
    out.member("stop_reason", Stops.word(finish, called)).name("stop_sequence");
    if (stopSequence == null) {
      out.nul();
    } else {
      out.text(stopSequence);
    }
    out.endObject().name("usage");
    UsageWriter.write(usage, out);
    out.endObject().glue("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    ended = true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
