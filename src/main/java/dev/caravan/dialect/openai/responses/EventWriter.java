package dev.caravan.dialect.openai.responses;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonEnd;
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
 * Writes a stream of responses events: the machine of http-api.md 8.
 *
 * <p>Invariants: numbers from 0 without gaps; an item is added before anything is said in it, and
 * done once; thoughts are done before a message begins, and both before a call does; several calls
 * may be open at once; the last event repeats all items, in the order of their places.
 */
final class EventWriter implements StreamWriter {
  private static final byte[] TEXT_DELTA = head("response.output_text.delta");
  private static final byte[] SUMMARY_DELTA = head("response.reasoning_summary_text.delta");
  private static final byte[] ARGUMENTS_DELTA = head("response.function_call_arguments.delta");
  private static final byte[] TEXT_DELTA_END = ascii("\",\"logprobs\":[]}\n\n");
  private static final byte[] DELTA_END = ascii("\"}\n\n");
  private static final JsonText NO_ARGUMENTS = JsonText.of("{}");

  /** A call that a client has been told of, or will be once its name is known. */
  private static final class Call {
    @Nullable String id;
    @Nullable String name;
    final JsonWriter arguments = new JsonWriter(128);
    final JsonEnd end = new JsonEnd();
    String itemId = "";
    Memo.Qualified tool = new Memo.Qualified("", "");
    byte[] delta = {};
    boolean custom;
    boolean told;
    boolean done;
    int place = -1;

    JsonText text() {
      byte[] escaped = arguments.toBytes();
      return JsonText.escaped(escaped, 0, escaped.length);
    }
  }

  private enum Open {
    NOTHING,
    THOUGHT,
    MESSAGE
  }

  private final Asked asked;
  private final Memo memo;
  private final List<byte[]> items = new ArrayList<>(2);
  private final List<Call> calls = new ArrayList<>(0);
  private final JsonWriter said = new JsonWriter(256);
  private String id = "";
  private Open open = Open.NOTHING;
  private String itemId = "";
  private int place;
  private byte[] delta = {};
  private @Nullable JsonText sealed;
  private boolean begun;
  private boolean ended;
  private int number;
  private Finish finish = Finish.STOP;
  private Usage usage = Usage.NONE;

  EventWriter(Asked asked) {
    this.asked = asked;
    this.memo = Memo.of(asked);
  }

  @Override
  public int position() {
    return number;
  }

  @Override
  public void write(StreamEvent event, JsonWriter out) {
    if (ended) {
      return;
    }
    switch (event) {
      case StreamEvent.Started(var given, var prompt) -> {
        usage = prompt;
        begin(given, out);
      }
      case StreamEvent.TextDelta(var text) -> {
        if (!text.isEmpty()) {
          text(text, out);
        }
      }
      case StreamEvent.ThinkingDelta(var text) -> {
        if (!text.isEmpty()) {
          thought(text, out);
        }
      }
      case StreamEvent.Signed(var signature) -> signed(signature, out);
      case StreamEvent.SealedThinkingPart(var data) -> sealedItem(Items.sealed(data), out);
      case StreamEvent.ToolDelta part -> call(part, out);
      case StreamEvent.ImagePart(var media) -> picture(media, out);
      case StreamEvent.BlockEnd end -> {
        closeItem(out);
        closeWholeCalls(out);
      }
      case StreamEvent.Finished(var why, var sequence) -> finish = why;
      case StreamEvent.Used(var counted) -> usage = counted;
    }
  }

  private void begin(@Nullable String given, JsonWriter out) {
    if (begun) {
      return;
    }
    begun = true;
    id = WholeAnswerWriter.id(given);
    for (String type : List.of("response.created", "response.in_progress")) {
      event(type, out).glue(",\"response\":").fresh();
      ResponseObject.begun(id, asked, out);
      out.glue("}\n\n");
    }
  }

  /** Begins an event; its other members and its end have to follow. */
  private JsonWriter event(String type, JsonWriter out) {
    return out.glue(head(type)).digits(number++);
  }

  /** Begins an event of an item. */
  private JsonWriter event(String type, String item, int at, JsonWriter out) {
    event(type, out).glue(",\"item_id\":\"").part(item).glue("\",\"output_index\":").digits(at);
    return out;
  }

  private void begin(Open kind, String prefix, JsonWriter out) {
    begin(null, out);
    closeItem(out);
    closeWholeCalls(out);
    open = kind;
    itemId = Ids.fresh(prefix);
    place = nextPlace();
    said.reset();
    sealed = null;
  }

  private int nextPlace() {
    items.add(new byte[0]);
    return items.size() - 1;
  }

  private void text(JsonText text, JsonWriter out) {
    if (open != Open.MESSAGE) {
      begin(Open.MESSAGE, "msg_", out);
      event("response.output_item.added", out).glue(",\"output_index\":").digits(place);
      out.glue(",\"item\":{\"id\":\"").part(itemId);
      out.glue(
          "\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],\"role\":\"assistant\"}}\n\n");
      event("response.content_part.added", itemId, place, out)
          .glue(",\"content_index\":0,\"part\":");
      Items.text(JsonText.EMPTY, out.fresh());
      out.glue("}\n\n");
      delta = middle("content_index");
    }
    out.glue(TEXT_DELTA).digits(number++).glue(delta).part(text).glue(TEXT_DELTA_END);
    said.part(text);
  }

  private void thought(JsonText text, JsonWriter out) {
    // what is thought after the seal of a thought is another one
    if (open == Open.THOUGHT && sealed != null) {
      closeItem(out);
    }
    if (open != Open.THOUGHT) {
      beginThought(out);
    }
    out.glue(SUMMARY_DELTA).digits(number++).glue(delta).part(text).glue(DELTA_END);
    said.part(text);
  }

  private void beginThought(JsonWriter out) {
    begin(Open.THOUGHT, "rs_", out);
    addThought(out);
    event("response.reasoning_summary_part.added", itemId, place, out);
    out.glue(",\"summary_index\":0,\"part\":").fresh();
    Items.summary(JsonText.EMPTY, out);
    out.glue("}\n\n");
    delta = middle("summary_index");
  }

  private void addThought(JsonWriter out) {
    event("response.output_item.added", out).glue(",\"output_index\":").digits(place);
    out.glue(",\"item\":{\"id\":\"").part(itemId);
    out.glue("\",\"type\":\"reasoning\",\"status\":\"in_progress\",\"summary\":[]}}\n\n");
  }

  /** What stands between the number of a delta and its text. */
  private byte[] middle(String index) {
    JsonWriter middle = new JsonWriter(96).glue(",\"item_id\":\"").part(itemId);
    middle.glue("\",\"output_index\":").digits(place);
    return middle.glue(",\"").glue(index).glue("\":0,\"delta\":\"").toBytes();
  }

  /** Signs the thought before; one that was not told has no text. */
  private void signed(Signature signature, JsonWriter out) {
    if (open != Open.THOUGHT) {
      beginThought(out);
    }
    sealed = Items.sealed(signature).kept();
  }

  private void sealedItem(JsonText data, JsonWriter out) {
    begin(Open.NOTHING, "rs_", out);
    addThought(out);
    JsonWriter item = new JsonWriter(128 + data.length());
    Items.reasoning(itemId, null, data, item);
    done(place, item.toBytes(), out);
  }

  private void picture(Media media, JsonWriter out) {
    begin(Open.NOTHING, "ig_", out);
    event("response.output_item.added", out).glue(",\"output_index\":").digits(place);
    out.glue(",\"item\":{\"id\":\"").part(itemId);
    out.glue(
        "\",\"type\":\"image_generation_call\",\"status\":\"in_progress\",\"result\":null}}\n\n");
    JsonWriter item = new JsonWriter(1024);
    Items.picture(itemId, media, item);
    done(place, item.toBytes(), out);
  }

  private void done(int at, byte[] item, JsonWriter out) {
    items.set(at, item);
    event("response.output_item.done", out).glue(",\"output_index\":").digits(at);
    out.glue(",\"item\":").glue(item).glue("}\n\n");
  }

  private void closeItem(JsonWriter out) {
    Open kind = open;
    open = Open.NOTHING;
    switch (kind) {
      case NOTHING -> {}
      case MESSAGE -> closeMessage(out);
      case THOUGHT -> closeThought(out);
    }
  }

  private void closeMessage(JsonWriter out) {
    JsonText text = saidText();
    event("response.output_text.done", itemId, place, out).glue(",\"content_index\":0,\"text\":\"");
    out.part(text).glue("\",\"logprobs\":[]}\n\n");
    event("response.content_part.done", itemId, place, out).glue(",\"content_index\":0,\"part\":");
    Items.text(text, out.fresh());
    out.glue("}\n\n");
    JsonWriter item = new JsonWriter(256 + text.length());
    Items.message(itemId, text, finish != Finish.LENGTH, item);
    done(place, item.toBytes(), out);
  }

  private void closeThought(JsonWriter out) {
    JsonText text = saidText();
    event("response.reasoning_summary_text.done", itemId, place, out);
    out.glue(",\"summary_index\":0,\"text\":\"").part(text).glue("\"}\n\n");
    event("response.reasoning_summary_part.done", itemId, place, out);
    out.glue(",\"summary_index\":0,\"part\":").fresh();
    Items.summary(text, out);
    out.glue("}\n\n");
    JsonWriter item = new JsonWriter(256 + text.length());
    Items.reasoning(itemId, text, sealed, item);
    done(place, item.toBytes(), out);
  }

  private JsonText saidText() {
    byte[] escaped = said.toBytes();
    return JsonText.escaped(escaped, 0, escaped.length);
  }

  private void call(StreamEvent.ToolDelta part, JsonWriter out) {
    begin(null, out);
    while (calls.size() <= part.index()) {
      calls.add(new Call());
    }
    Call call = calls.get(part.index());
    if (call.done) {
      return;
    }
    call.id = call.id == null ? part.id() : call.id;
    call.name = call.name == null ? part.name() : call.name;
    if (part.signature() != null && !call.told) {
      sealedItem(CallSignature.written(part.signature()), out);
    }
    JsonText arguments = part.arguments();
    if (arguments != null && !arguments.isEmpty()) {
      call.arguments.part(arguments);
      call.end.feed(arguments);
    }
    if (!call.told) {
      if (call.id != null && call.name != null) {
        tellOf(call, out);
      }
    } else if (!call.custom && arguments != null && !arguments.isEmpty()) {
      out.glue(ARGUMENTS_DELTA).digits(number++).glue(call.delta).part(arguments).glue(DELTA_END);
    }
  }

  private void tellOf(Call call, JsonWriter out) {
    closeItem(out);
    closeWholeCalls(out);
    call.told = true;
    String name = call.name == null ? "" : call.name;
    String given = call.id == null ? "" : call.id;
    call.id = given.isEmpty() ? "call_%s_0_%d".formatted(id, calls.indexOf(call)) : given;
    call.custom = memo.custom().contains(name);
    call.tool = memo.qualified(name);
    call.itemId = (call.custom ? "ctc_" : "fc_") + call.id;
    call.place = nextPlace();
    call.delta =
        (",\"item_id\":"
                + quoted(call.itemId)
                + ",\"output_index\":"
                + call.place
                + ",\"delta\":\"")
            .getBytes(StandardCharsets.UTF_8);
    event("response.output_item.added", out).glue(",\"output_index\":").digits(call.place);
    out.glue(",\"item\":").fresh();
    item(call, "in_progress", JsonText.EMPTY, out);
    out.glue("}\n\n");
    if (!call.custom && !call.arguments.isEmpty()) {
      out.glue(ARGUMENTS_DELTA).digits(number++).glue(call.delta).part(call.text()).glue(DELTA_END);
    }
  }

  private static void item(Call call, String status, JsonText arguments, JsonWriter out) {
    String callId = call.id == null ? "" : call.id;
    Items.call(call.itemId, callId, call.tool, call.custom, status, arguments, out);
  }

  private static String quoted(String text) {
    return new JsonWriter(64).string(text).toString();
  }

  private void closeWholeCalls(JsonWriter out) {
    for (Call call : calls) {
      if (call.told && !call.done && call.end.isComplete()) {
        close(call, out);
      }
    }
  }

  private void close(Call call, JsonWriter out) {
    call.done = true;
    JsonText arguments = call.text();
    boolean cut = finish == Finish.LENGTH && !call.end.isComplete();
    if (call.custom) {
      arguments = arguments.isEmpty() ? arguments : FreeText.unwrapped(Arguments.of(arguments));
      if (!arguments.isEmpty()) {
        event("response.custom_tool_call_input.delta", call.itemId, call.place, out);
        out.glue(",\"delta\":\"").part(arguments).glue(DELTA_END);
      }
      event("response.custom_tool_call_input.done", call.itemId, call.place, out);
      out.glue(",\"input\":\"").part(arguments).glue(DELTA_END);
    } else {
      if (arguments.isBlank() && !cut) {
        arguments = NO_ARGUMENTS;
        out.glue(ARGUMENTS_DELTA).digits(number++).glue(call.delta).part(arguments).glue(DELTA_END);
      }
      event("response.function_call_arguments.done", call.itemId, call.place, out);
      out.glue(",\"name\":\"").part(call.tool.name()).glue("\",\"arguments\":\"");
      out.part(arguments).glue(DELTA_END);
    }
    JsonWriter item = new JsonWriter(256 + arguments.length());
    item(call, cut ? "incomplete" : "completed", arguments, item);
    done(call.place, item.toBytes(), out);
  }

  @Override
  public void end(JsonWriter out) {
    if (ended) {
      return;
    }
    begin(null, out);
    closeItem(out);
    for (Call call : calls) {
      if (!call.told && (call.name != null || !call.arguments.isEmpty())) {
        if (call.name == null && memo.custom().size() == 1) {
          call.name = memo.custom().iterator().next();
        }
        tellOf(call, out);
      }
      if (call.told && !call.done) {
        close(call, out);
      }
    }
    boolean whole = ResponseObject.reason(finish) == null;
    event(whole ? "response.completed" : "response.incomplete", out).glue(",\"response\":").fresh();
    ResponseObject.ended(id, asked, finish, items, usage, out);
    out.glue("}\n\n");
    ended = true;
  }

  private static byte[] head(String type) {
    return ascii("event: %1$s\ndata: {\"type\":\"%1$s\",\"sequence_number\":".formatted(type));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
