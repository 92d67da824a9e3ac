package dev.caravan.dialect.anthropic;

import static dev.caravan.dialect.sse.EventScanner.DATA;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.StreamEvent.BlockEnd;
import dev.caravan.dialect.hub.StreamEvent.Finished;
import dev.caravan.dialect.hub.StreamEvent.SealedThinkingPart;
import dev.caravan.dialect.hub.StreamEvent.Signed;
import dev.caravan.dialect.hub.StreamEvent.Started;
import dev.caravan.dialect.hub.StreamEvent.TextDelta;
import dev.caravan.dialect.hub.StreamEvent.ThinkingDelta;
import dev.caravan.dialect.hub.StreamEvent.ToolDelta;
import dev.caravan.dialect.hub.StreamEvent.Used;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamSink;
import dev.caravan.dialect.hub.ToolNames;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a stream of messages events into the hub (providers.md 13.3). */
final class EventReader implements StreamReader {

  /** A tool call whose block is open. */
  private static final class Call {
    final int number;
    boolean hasArguments;
    @Nullable JsonText whole;

    Call(int number) {
      this.number = number;
    }
  }

  private final StreamSink to;
  private final ToolNames names;
  private final UsageReader usage = new UsageReader();
  private final Map<Integer, Call> calls = new HashMap<>(4);
  private boolean begun;
  private boolean complete;
  private Finish finish = Finish.STOP;
  private @Nullable JsonText stopSequence;

  // of the event that is being read
  private String type = "";
  private String kind = "";
  private int index;
  private @Nullable String id;
  private @Nullable String name;
  private @Nullable JsonText text;
  private @Nullable JsonText signature;
  private @Nullable Raw input;
  private boolean counted;
  private boolean unusualEnd;

  EventReader(StreamSink to, ToolNames names) {
    this.to = to;
    this.names = names;
  }

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    forget();
    EventData data = EventData.of(bytes, start, end);
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      JsonToken first = json.next();
      if (first == null) {
        return Sight.LIFE;
      }
      if (first != JsonToken.START_OBJECT) {
        return Sight.ERROR;
      }
      event(json);
      if (json.token() != JsonToken.END_OBJECT) {
        return Sight.ERROR;
      }
    } catch (IOException e) {
      return Sight.ERROR;
    }
    return tell();
  }

  private void forget() {
    type = "";
    kind = "";
    index = 0;
    id = null;
    name = null;
    text = null;
    signature = null;
    input = null;
    counted = false;
    unusualEnd = false;
  }

  private void event(JsonReader json) throws IOException {
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> type = orEmpty(json.string());
        case "index" -> index = (int) json.number();
        case "delta", "content_block", "message" -> inner(json);
        case "usage" -> usage(json);
        case "error" -> {
          if (!json.isNull()) {
            type = "error";
          }
          json.skip();
        }
        default -> json.skip();
      }
    }
  }

  /** The members of deltas, blocks and messages do not get in each other's way. */
  private void inner(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> kind = orEmpty(json.string());
        case "text", "thinking", "partial_json", "data" -> text = json.text();
        case "signature" -> signature = json.text();
        case "id" -> id = json.string();
        case "name" -> name = json.string();
        case "input" -> input = json.raw();
        case "usage" -> usage(json);
        case "stop_reason" -> {
          String reason = json.string();
          if (reason != null) {
            finish = Stops.of(reason);
            complete = true;
            unusualEnd = finish != Finish.STOP;
          }
        }
        case "stop_sequence" -> {
          JsonText sequence = json.text();
          stopSequence = sequence == null ? stopSequence : sequence.kept();
        }
        default -> json.skip();
      }
    }
  }

  private void usage(JsonReader json) throws IOException {
    usage.read(json);
    counted = true;
  }

  private Sight tell() {
    return switch (type) {
      case "error" -> Sight.ERROR;
      case "ping" -> Sight.LIFE;
      case "message_start" -> {
        to.take(new Started(id, usage.usage()));
        yield Sight.HANDSHAKE;
      }
      case "content_block_start" -> blockStart();
      case "content_block_delta" -> delta();
      case "content_block_stop" -> blockStop();
      case "message_delta" -> {
        if (counted) {
          to.take(new Used(usage.usage()));
        }
        begun |= unusualEnd;
        yield begun ? Sight.CONTENT : Sight.HANDSHAKE;
      }
      case "message_stop" -> {
        complete = true;
        yield Sight.END;
      }
      default -> begun ? Sight.CONTENT : Sight.HANDSHAKE;
    };
  }

  private Sight blockStart() {
    switch (kind) {
      case "tool_use" -> {
        Call call = new Call(calls.size());
        calls.put(index, call);
        if (input != null && input.isObject() && input.length() > 2) {
          call.whole = JsonText.of(input.toString());
        }
        String called = name == null ? null : names.original(name);
        to.take(new ToolDelta(call.number, id, called, null, null));
        begun = true;
      }
      case "redacted_thinking" -> {
        if (text != null) {
          to.take(new SealedThinkingPart(Signature.readIn(AnthropicMessages.NAME, text)));
          begun = true;
        }
      }
      case "text" -> say();
      case "thinking" -> think();
      default -> {}
    }
    return begun ? Sight.CONTENT : Sight.HANDSHAKE;
  }

  private Sight delta() {
    switch (kind) {
      case "text_delta" -> say();
      case "thinking_delta" -> think();
      case "signature_delta" -> {
        if (signature != null) {
          to.take(new Signed(Signature.readIn(AnthropicMessages.NAME, signature)));
          begun = true;
        }
      }
      case "input_json_delta" -> {
        Call call = calls.get(index);
        if (call != null && text != null && !text.isEmpty()) {
          call.hasArguments = true;
          to.take(new ToolDelta(call.number, null, null, text, null));
        }
      }
      default -> {}
    }
    return begun ? Sight.CONTENT : Sight.HANDSHAKE;
  }

  private void say() {
    if (text != null && !text.isEmpty()) {
      to.take(new TextDelta(text));
      begun = true;
    }
  }

  private void think() {
    if (text != null && !text.isEmpty()) {
      to.take(new ThinkingDelta(text));
      begun = true;
    }
  }

  private Sight blockStop() {
    Call call = calls.get(index);
    if (call != null && !call.hasArguments && call.whole != null) {
      to.take(new ToolDelta(call.number, null, null, call.whole, null));
    }
    to.take(BlockEnd.IT);
    return begun ? Sight.CONTENT : Sight.HANDSHAKE;
  }

  @Override
  public void finish() {
    to.take(new Finished(finish, stopSequence));
  }

  @Override
  public Usage usage() {
    return usage.usage();
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
