package dev.caravan.dialect.openai;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.StreamEvent;
import dev.caravan.dialect.hub.StreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of chat chunks (http-api.md 3.4, clients.md).
 *
 * <p>Invariants: the role stands in the first delta only; calls are numbered from 0 without gaps,
 * and id, type and name stand in the first delta of each; one id for all chunks; one finish reason,
 * in the last chunk with a choice; a chunk without choices only when usage was asked for; {@code
 * [DONE]} last.
 */
final class ChunkWriter implements StreamWriter {
  private static final byte[] PLAIN_END =
      ascii("},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
  private static final byte[] DONE = ascii("data: [DONE]\n\n");
  private static final byte[] CONTENT = ascii("\"content\":\"");
  private static final byte[] THINKING = ascii("\"reasoning_content\":\"");
  private static final byte[] QUOTE = ascii("\"");

  /** A call that a client has been told of, or will be once its name is known. */
  private static final class Call {
    @Nullable String id;
    @Nullable String name;
    final StringBuilder early = new StringBuilder(0);
    int number = -1;
    boolean hasArguments;
  }

  private final Asked asked;
  private final List<Call> calls = new ArrayList<>(0);
  private final StringBuilder thought = new StringBuilder(0);
  private byte[] opening = new byte[0];
  private boolean begun;
  private boolean ended;
  private int told;
  private int details;
  private int images;
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
        begin(id, out);
        usage = prompt;
      }
      case StreamEvent.TextDelta(var text) -> text(CONTENT, text, out);
      case StreamEvent.ThinkingDelta(var text) -> {
        thought.append(text.string());
        text(THINKING, text, out);
      }
      case StreamEvent.Signed(var signature) -> {
        begin(null, out);
        out.glue(opening).glue("\"reasoning_details\":").fresh().beginArray();
        ReasoningDetails.text(details++, JsonText.of(thought.toString()), signature, out);
        out.endArray().glue(PLAIN_END);
        thought.setLength(0);
      }
      case StreamEvent.SealedThinkingPart(var data) -> {
        begin(null, out);
        out.glue(opening).glue("\"reasoning_details\":").fresh().beginArray();
        ReasoningDetails.sealed(details++, data, out);
        out.endArray().glue(PLAIN_END);
      }
      case StreamEvent.ToolDelta delta -> call(delta, out);
      case StreamEvent.ImagePart(var media) -> {
        begin(null, out);
        out.glue(opening).glue("\"images\":").fresh().beginArray();
        WholeAnswerWriter.image(media, images++, out);
        out.endArray().glue(PLAIN_END);
      }
      case StreamEvent.BlockEnd end -> {}
      case StreamEvent.Finished(var why, var sequence) -> finish = why;
      case StreamEvent.Used(var counted) -> usage = counted;
    }
  }

  private void begin(@Nullable String id, JsonWriter out) {
    if (begun) {
      return;
    }
    begun = true;
    JsonWriter head = new JsonWriter(256);
    head.glue("data: ").beginObject();
    head.member("id", id == null || id.isEmpty() ? Ids.fresh("chatcmpl-") : id);
    head.member("object", "chat.completion.chunk").member("created", asked.seconds());
    head.member("model", asked.model()).name("choices").beginArray();
    head.beginObject().member("index", 0).name("delta").beginObject();
    opening = head.toBytes();
    out.glue(opening).glue("\"role\":\"assistant\",\"content\":\"\"").glue(PLAIN_END);
  }

  private void text(byte[] member, JsonText text, JsonWriter out) {
    if (!text.isEmpty()) {
      begin(null, out);
      out.glue(opening).glue(member).part(text).glue(QUOTE).glue(PLAIN_END);
    }
  }

  private void call(StreamEvent.ToolDelta delta, JsonWriter out) {
    begin(null, out);
    while (calls.size() <= delta.index()) {
      calls.add(new Call());
    }
    Call call = calls.get(delta.index());
    if (call.id == null) {
      call.id = delta.id();
    }
    if (call.name == null) {
      call.name = delta.name();
    }
    JsonText arguments = delta.arguments();
    if (call.number < 0 && (call.name == null || call.id == null)) {
      call.early.append(arguments == null ? "" : arguments.string());
      return;
    }
    if (call.number < 0) {
      tellOf(call, out);
    }
    if (arguments != null && !arguments.isEmpty()) {
      call.hasArguments = true;
      out.glue(opening).glue("\"tool_calls\":[{\"index\":").digits(call.number);
      out.glue(",\"function\":{\"arguments\":\"").part(arguments).glue("\"}}]").glue(PLAIN_END);
    }
  }

  private void tellOf(Call call, JsonWriter out) {
    call.number = told++;
    call.hasArguments = !call.early.isEmpty();
    out.glue(opening).glue("\"tool_calls\":[{\"index\":").digits(call.number).glue(",\"id\":\"");
    out.part(call.id == null || call.id.isEmpty() ? Ids.fresh("call_") : call.id);
    out.glue("\",\"type\":\"function\",\"function\":{\"name\":\"");
    out.part(call.name == null ? "tool_" + call.number : call.name);
    out.glue("\",\"arguments\":\"").part(call.early.toString()).glue("\"}}]").glue(PLAIN_END);
  }

  @Override
  public void end(JsonWriter out) {
    if (ended) {
      return;
    }
    begin(null, out);
    for (Call call : calls) {
      if (call.number < 0 && (call.name != null || !call.early.isEmpty())) {
        tellOf(call, out);
      }
      if (call.number >= 0 && !call.hasArguments) {
        out.glue(opening).glue("\"tool_calls\":[{\"index\":").digits(call.number);
        out.glue(",\"function\":{\"arguments\":\"{}\"}}]").glue(PLAIN_END);
      }
    }
    out.glue(opening).glue("},\"logprobs\":null,\"finish_reason\":\"");
    out.glue(Finishes.word(finish, told > 0)).glue("\"}]}\n\n");
    if (asked.conversation().showUsage()) {
      out.glue(opening, choicesAt()).glue("],\"usage\":").fresh();
      UsageWriter.write(usage, out);
      out.glue("}\n\n");
    }
    out.glue(DONE);
    ended = true;
  }

  /** Where the list of choices in the opening is still empty. */
  private int choicesAt() {
    return new String(opening, StandardCharsets.ISO_8859_1).lastIndexOf("\"choices\":[") + 11;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
