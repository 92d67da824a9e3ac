package dev.caravan.dialect.openai.responses;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.StreamEvent;
import dev.caravan.dialect.hub.StreamEvent.BlockEnd;
import dev.caravan.dialect.hub.StreamEvent.Finished;
import dev.caravan.dialect.hub.StreamEvent.ImagePart;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of responses events into the hub (providers.md 13.4). An item may come in deltas,
 * with its own end only, or in the last event only; each is told once.
 */
final class EventReader implements StreamReader {

  /** An item that has been seen, by its place in the output. */
  private static final class Seen {
    int call = -1;
    boolean custom;
    boolean said;
    boolean done;
  }

  private final StreamSink to;
  private final ToolNames names;
  private final Map<Integer, Seen> items = new HashMap<>(4);
  private Usage usage = Usage.NONE;
  private Finish finish = Finish.STOP;
  private boolean started;
  private boolean begun;
  private boolean complete;
  private int calls;
  private int lastPlace = -1;

  // of the event that is being read
  private String type = "";
  private int place;
  private int part;
  private @Nullable Raw delta;
  private @Nullable Raw whole;
  private @Nullable OutputItem item;
  private @Nullable String id;
  private String why = "";
  private boolean faulty;
  private boolean counted;
  private final List<Raw> output = new ArrayList<>(0);

  EventReader(StreamSink to, ToolNames names) {
    this.to = to;
    this.names = names;
  }

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
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
        return begun ? Sight.CONTENT : Sight.HANDSHAKE;
      }
      event(json);
      if (json.token() != JsonToken.END_OBJECT) {
        return Sight.ERROR;
      }
      return tell();
    } catch (IOException e) {
      return Sight.ERROR;
    }
  }

  private void forget() {
    type = "";
    place = 0;
    part = 0;
    delta = null;
    whole = null;
    item = null;
    id = null;
    why = "";
    faulty = false;
    counted = false;
    output.clear();
  }

  private void event(JsonReader json) throws IOException {
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "type" -> type = ConversationReader.orEmpty(json.string());
        case "output_index" -> place = (int) json.number();
        case "summary_index" -> part = (int) json.number();
        case "delta" -> delta = json.raw();
        case "arguments", "input", "text" -> whole = json.raw();
        case "item" -> item = json.isObject() ? OutputItem.read(json.raw()) : skipped(json);
        case "response" -> response(json);
        case "error" -> {
          faulty |= json.isObject() || json.isString();
          json.skip();
        }
        default -> json.skip();
      }
    }
  }

  private static @Nullable OutputItem skipped(JsonReader json) throws IOException {
    json.skip();
    return null;
  }

  private void response(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String member = json.nextMember(); member != null; member = json.nextMember()) {
      switch (member) {
        case "id" -> id = json.string();
        case "usage" -> {
          Usage said = UsageReader.read(json);
          counted = !said.isEmpty();
          usage = counted ? said : usage;
        }
        case "incomplete_details" -> why = WholeAnswerReader.reason(json);
        case "output" -> {
          if (json.isArray()) {
            while (json.nextElement()) {
              if (json.isObject()) {
                output.add(json.raw());
              } else {
                json.skip();
              }
            }
          } else {
            json.skip();
          }
        }
        default -> json.skip();
      }
    }
  }

  private Sight tell() throws IOException {
    switch (type) {
      case "error", "response.failed" -> {
        return Sight.ERROR;
      }
      case "response.created", "response.in_progress", "response.queued" -> start();
      case "response.output_text.delta", "response.refusal.delta" -> {
        if (delta != null && isText(delta)) {
          seen(place).said = true;
          say(new TextDelta(delta.text()));
        }
      }
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> {
        if (delta != null && isText(delta)) {
          seen(place).said = true;
          say(new ThinkingDelta(delta.text()));
        }
      }
      case "response.reasoning_summary_part.added" -> {
        if (part > 0 && seen(place).said) {
          say(new ThinkingDelta(JsonText.of("\n\n")));
        }
      }
      case "response.output_item.added" -> {
        if (item != null) {
          // some providers number nothing
          items.computeIfPresent(place, (at, before) -> before.done ? null : before);
          announce(seen(place), item);
        }
      }
      case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
          arguments(seen(place), delta);
      case "response.function_call_arguments.done", "response.custom_tool_call_input.done" -> {
        Seen call = seen(place);
        if (!call.said) {
          arguments(call, whole);
        }
      }
      case "response.output_item.done" -> {
        if (item != null) {
          done(seen(place), item);
        }
      }
      case "response.completed", "response.incomplete" -> {
        return end();
      }
      default -> {
        if (faulty) {
          return Sight.ERROR;
        }
      }
    }
    return begun ? Sight.CONTENT : Sight.HANDSHAKE;
  }

  private static boolean isText(Raw raw) {
    return raw.isString() && raw.length() > 2;
  }

  private void start() {
    if (!started) {
      started = true;
      to.take(new Started(id, Usage.NONE));
    }
  }

  private void say(StreamEvent event) {
    begun = true;
    lastPlace = place;
    to.take(event);
  }

  private Seen seen(int index) {
    return items.computeIfAbsent(index, number -> new Seen());
  }

  private void announce(Seen seen, OutputItem added) {
    seen.custom = added.type.equals("custom_tool_call");
    if (seen.call < 0 && (seen.custom || added.type.equals("function_call"))) {
      seen.call = calls++;
      String called = added.name.isEmpty() ? null : names.original(added.name);
      String callId = added.callId.isEmpty() ? null : added.callId;
      say(new ToolDelta(seen.call, callId, called, null, null));
    }
  }

  private void arguments(Seen call, @Nullable Raw more) {
    if (more == null || !isText(more) || call.call < 0) {
      return;
    }
    JsonText text = call.custom ? FreeText.fragment(more) : more.text();
    if (call.custom && !call.said) {
      say(new ToolDelta(call.call, null, null, FreeText.BEFORE, null));
    }
    call.said = true;
    say(new ToolDelta(call.call, null, null, text, null));
  }

  private void done(Seen seen, OutputItem whole) {
    if (seen.done) {
      return;
    }
    seen.done = true;
    switch (whole.type) {
      case "message" -> {
        if (!seen.said && !whole.content.isEmpty()) {
          say(new TextDelta(whole.content));
        }
        close();
      }
      case "reasoning" -> thought(seen, whole);
      case "function_call", "custom_tool_call" -> {
        announce(seen, whole);
        if (!seen.said) {
          arguments(seen, seen.custom ? whole.input : whole.arguments);
        }
        if (seen.custom) {
          JsonText rest = seen.said ? FreeText.BEHIND : JsonText.of("{\"input\":\"\"}");
          say(new ToolDelta(seen.call, null, null, rest, null));
        }
        close();
      }
      case "image_generation_call" -> {
        if (whole.result != null && !whole.result.isEmpty()) {
          say(new ImagePart(OutputItem.picture(whole.result)));
        }
      }
      default -> {}
    }
  }

  private void thought(Seen seen, OutputItem whole) {
    JsonText text = whole.thoughtText();
    if (!seen.said && !text.isEmpty()) {
      seen.said = true;
      say(new ThinkingDelta(text));
    }
    Signature signature = whole.signature();
    if (signature != null) {
      say(seen.said ? new Signed(signature) : new SealedThinkingPart(signature));
    }
    close();
  }

  /** The block before this is whole, when no other item has said something in between. */
  private void close() {
    if (lastPlace == place) {
      to.take(BlockEnd.IT);
    }
  }

  private Sight end() throws IOException {
    boolean silent = !begun;
    start();
    for (int i = 0; i < output.size(); i++) {
      place = i;
      OutputItem last = OutputItem.read(output.get(i));
      if (!isTold(i, last)) {
        done(seen(i), last);
      }
    }
    complete = true;
    if (type.equals("response.incomplete")) {
      finish = WholeAnswerReader.cut(why);
    } else if (calls > 0) {
      finish = Finish.TOOL_CALLS;
    }
    if (counted) {
      to.take(new Used(usage));
    }
    if (silent && (begun || type.equals("response.incomplete"))) {
      begun = true;
      return Sight.CONTENT;
    }
    return Sight.END;
  }

  private boolean isTold(int index, OutputItem last) {
    Seen seen = items.get(index);
    return seen != null && (seen.done || (seen.said && last.type.equals("message")));
  }

  @Override
  public void finish() {
    to.take(new Finished(finish, null));
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }
}
