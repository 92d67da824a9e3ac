package dev.caravan.dialect.openai;

import static dev.caravan.dialect.sse.EventScanner.DATA;
import static dev.caravan.dialect.sse.EventScanner.ERROR_EVENT;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.StreamEvent.Finished;
import dev.caravan.dialect.hub.StreamEvent.ImagePart;
import dev.caravan.dialect.hub.StreamEvent.Signed;
import dev.caravan.dialect.hub.StreamEvent.Started;
import dev.caravan.dialect.hub.StreamEvent.TextDelta;
import dev.caravan.dialect.hub.StreamEvent.ThinkingDelta;
import dev.caravan.dialect.hub.StreamEvent.Used;
import dev.caravan.dialect.hub.StreamReader;
import dev.caravan.dialect.hub.StreamSink;
import dev.caravan.dialect.hub.ToolNames;
import dev.caravan.dialect.sse.EventData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of chat chunks into the hub. What one chunk says is told in a fixed order,
 * whatever the order of its members: thinking, text, calls. Some providers repeat a finish reason
 * on every chunk, so it is told at the end only.
 */
final class ChunkReader implements StreamReader {
  private static final byte[] END_MARK = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final StreamSink to;
  private final CallFragments calls;
  private Usage usage = Usage.NONE;
  private boolean started;
  private boolean begun;
  private boolean complete;
  private boolean textSent;
  private boolean thinkingSent;
  private Finish finish = Finish.STOP;

  // of the chunk that is being read
  private @Nullable String id;
  private @Nullable JsonText text;
  private @Nullable JsonText refusal;
  private @Nullable JsonText thinking;
  private @Nullable JsonText signature;
  private @Nullable JsonText image;
  private boolean choice;
  private boolean faulty;
  private boolean counted;
  private boolean choicesGiven;
  private boolean unusualEnd;

  ChunkReader(StreamSink to, ToolNames names) {
    this.to = to;
    this.calls = new CallFragments(names);
  }

  @Override
  public Sight look(byte[] bytes, int start, int end, int hints) {
    if ((hints & ERROR_EVENT) != 0) {
      return Sight.ERROR;
    }
    if ((hints & DATA) == 0) {
      return Sight.LIFE;
    }
    EventData data = EventData.of(bytes, start, end);
    if (data.startsWith(END_MARK)) {
      complete = true;
      return Sight.END;
    }
    forget();
    try (JsonReader json = new JsonReader(data.bytes(), data.start(), data.end())) {
      JsonToken first = json.next();
      if (first == null) {
        return Sight.LIFE;
      }
      if (first != JsonToken.START_OBJECT) {
        return begun ? Sight.CONTENT : Sight.HANDSHAKE;
      }
      chunk(json);
    } catch (IOException e) {
      return Sight.ERROR;
    }
    return faulty ? Sight.ERROR : tell();
  }

  @Override
  public void finish() {
    boolean called = calls.any() && finish == Finish.STOP;
    to.take(new Finished(called ? Finish.TOOL_CALLS : finish, null));
  }

  @Override
  public Usage usage() {
    return usage;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  private void forget() {
    id = null;
    text = null;
    refusal = null;
    thinking = null;
    signature = null;
    image = null;
    choice = false;
    faulty = false;
    counted = false;
    choicesGiven = false;
    unusualEnd = false;
    calls.forget();
  }

  private void chunk(JsonReader json) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "id" -> {
          if (started) {
            json.skip();
          } else {
            id = json.string();
          }
        }
        case "choices" -> choices(json);
        case "usage" -> {
          Usage said = UsageReader.read(json.parser());
          if (!said.isEmpty()) {
            usage = said;
            counted = true;
          }
        }
        case "error" -> faulty |= Choices.isError(json.parser(), json.parser().currentToken());
        default -> json.skip();
      }
    }
    if (json.token() != JsonToken.END_OBJECT) {
      throw new IOException("a chunk that is cut");
    }
  }

  private void choices(JsonReader json) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    choicesGiven = true;
    while (json.nextElement()) {
      if (!json.isObject() || choice) {
        json.skip();
      } else {
        choice = true;
        choice(json);
      }
    }
  }

  private void choice(JsonReader json) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "delta" -> delta(json, false);
        case "message" -> delta(json, true);
        case "text" -> text = nonEmpty(json.text(), text);
        case "finish_reason" -> {
          String reason = json.string();
          if (reason != null && !reason.isEmpty()) {
            finish = Finishes.of(reason);
            complete = true;
            unusualEnd = finish != Finish.STOP;
          }
        }
        case "error" -> faulty |= Choices.isError(json.parser(), json.parser().currentToken());
        default -> json.skip();
      }
    }
  }

  /**
   * @param whole whether it is the whole message at the end of a stream, of which only that counts
   *     which has not come in pieces
   */
  private void delta(JsonReader json, boolean whole) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "content" -> {
          if (whole && textSent) {
            json.skip();
          } else if (json.isArray()) {
            contentParts(json);
          } else {
            text = nonEmpty(json.text(), text);
          }
        }
        case "refusal" -> refusal = nonEmpty(json.text(), refusal);
        case "reasoning_content", "reasoning" -> {
          if (whole && thinkingSent) {
            json.skip();
          } else {
            thinking = nonEmpty(json.text(), thinking);
          }
        }
        case "thinking_signature" -> signature = nonEmpty(json.text(), signature);
        case "tool_calls" -> calls.read(json, whole);
        case "function_call" -> calls.readOne(json);
        case "images" -> images(json);
        default -> json.skip();
      }
    }
  }

  /** Content in parts, {@code {type: text, text}} and {@code {type: thinking, thinking: [...]}}. */
  private void contentParts(JsonReader json) throws IOException {
    StringBuilder said = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    while (json.nextElement()) {
      if (json.isObject()) {
        part(json, said, thought);
      } else {
        json.skip();
      }
    }
    text = said.isEmpty() ? text : JsonText.of(said.toString());
    thinking = thought.isEmpty() ? thinking : JsonText.of(thought.toString());
  }

  private static void part(JsonReader json, StringBuilder said, StringBuilder thought)
      throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("text") && json.isString()) {
        said.append(json.string());
      } else if (name.equals("thinking") && json.isString()) {
        thought.append(json.string());
      } else if (name.equals("thinking") && json.isArray()) {
        while (json.nextElement()) {
          if (json.isObject()) {
            part(json, thought, thought);
          } else {
            json.skip();
          }
        }
      } else {
        json.skip();
      }
    }
  }

  private void images(JsonReader json) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        url(json);
      } else {
        json.skip();
      }
    }
  }

  private void url(JsonReader json) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("url")) {
        image = json.text();
      } else if (json.isObject()) {
        url(json);
      } else {
        json.skip();
      }
    }
  }

  private static @Nullable JsonText nonEmpty(@Nullable JsonText said, @Nullable JsonText before) {
    return said == null || said.isEmpty() ? before : said;
  }

  private Sight tell() {
    boolean content =
        text != null
            || refusal != null
            || thinking != null
            || signature != null
            || image != null
            || calls.hasFragments();
    if (!started && (choice || content)) {
      started = true;
      to.take(new Started(id, Usage.NONE));
    }
    if (thinking != null) {
      thinkingSent = true;
      to.take(new ThinkingDelta(thinking));
    }
    if (signature != null) {
      to.take(new Signed(Signature.readIn(OpenAiChat.NAME, signature)));
    }
    if (text != null) {
      textSent = true;
      to.take(new TextDelta(text));
    }
    if (refusal != null) {
      to.take(new TextDelta(refusal));
    }
    if (image != null) {
      to.take(new ImagePart(Media.ofUrl(image)));
    }
    calls.tell(to);
    if (counted) {
      to.take(new Used(usage));
    }
    return sight(content);
  }

  // As in ChatWatch: of the chunks without content those with a reason other than "stop" say
  // something to the client, and one that is nothing but usage comes last.
  private Sight sight(boolean content) {
    if (content || unusualEnd) {
      begun = true;
      return Sight.CONTENT;
    }
    if (choice) {
      return begun ? Sight.CONTENT : Sight.HANDSHAKE;
    }
    complete |= counted;
    return counted && choicesGiven ? Sight.USAGE : begun ? Sight.CONTENT : Sight.HANDSHAKE;
  }
}
