package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.Answer;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.Ids;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Signature;
import dev.caravan.dialect.hub.ToolNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a whole chat answer into the hub; of several choices the first. */
final class WholeAnswerReader {
  private final JsonReader json;
  private final ToolNames names;
  private final List<Block> content = new ArrayList<>(2);
  private final List<Block> calls = new ArrayList<>(2);
  private final List<Block> images = new ArrayList<>(0);
  private @Nullable String id;
  private @Nullable JsonText reasoning;
  private @Nullable JsonText signature;
  private Finish finish = Finish.STOP;
  private Usage usage = Usage.NONE;

  private WholeAnswerReader(JsonReader json, ToolNames names) {
    this.json = json;
    this.names = names;
  }

  static Answer read(byte[] body, ToolNames names) throws IOException {
    try (JsonReader json = new JsonReader(body)) {
      if (json.next() != JsonToken.START_OBJECT) {
        throw new IOException("an answer is an object");
      }
      return new WholeAnswerReader(json, names).answer();
    }
  }

  private Answer answer() throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "id" -> id = json.string();
        case "choices" -> choices();
        case "usage" -> usage = UsageReader.read(json.parser());
        default -> json.skip();
      }
    }
    List<Block> blocks = new ArrayList<>();
    if (reasoning != null && !reasoning.isEmpty()) {
      boolean signed = signature != null && !signature.isEmpty();
      blocks.add(
          new Block.Thinking(
              reasoning,
              signed && signature != null ? Signature.readIn(OpenAiChat.NAME, signature) : null));
    }
    blocks.addAll(content);
    blocks.addAll(images);
    blocks.addAll(calls);
    return new Answer(id, blocks, finish, null, usage);
  }

  private void choices() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    boolean first = true;
    while (json.nextElement()) {
      if (first && json.isObject()) {
        choice();
      } else {
        json.skip();
      }
      first = false;
    }
  }

  private void choice() throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "message" -> message();
        case "text" -> addText(json.text());
        case "finish_reason" -> {
          String reason = json.string();
          finish = reason == null ? finish : Finishes.of(reason);
        }
        default -> json.skip();
      }
    }
  }

  private void message() throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "content" -> content();
        case "refusal" -> addText(json.text());
        case "reasoning_content", "reasoning" -> {
          JsonText text = json.text();
          reasoning = text == null || text.isEmpty() ? reasoning : text;
        }
        case "thinking_signature" -> signature = json.text();
        case "tool_calls" -> calls();
        case "images" -> images();
        default -> json.skip();
      }
    }
  }

  private void content() throws IOException {
    if (!json.isArray()) {
      addText(json.text());
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        for (String name = json.nextMember(); name != null; name = json.nextMember()) {
          if (name.equals("text")) {
            addText(json.text());
          } else {
            json.skip();
          }
        }
      } else {
        addText(json.text());
      }
    }
  }

  private void addText(@Nullable JsonText text) {
    if (text != null && !text.isEmpty()) {
      content.add(new Block.Text(text));
    }
  }

  private void images() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      JsonText url = url();
      if (url != null) {
        images.add(new Block.Image(Media.ofUrl(url), null, null));
      }
    }
  }

  /** The {@code url} of an object, however deep. */
  private @Nullable JsonText url() throws IOException {
    JsonText url = null;
    if (!json.isObject()) {
      json.skip();
      return null;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("url")) {
        url = json.text();
      } else if (json.isObject()) {
        url = url();
      } else {
        json.skip();
      }
    }
    return url;
  }

  private void calls() throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (json.isObject()) {
        call();
      } else {
        json.skip();
      }
    }
  }

  private void call() throws IOException {
    String called = "";
    String tool = "";
    Arguments arguments = Arguments.none();
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "id" -> called = orEmpty(json.string());
        case "function" -> {
          if (!json.isObject()) {
            json.skip();
            continue;
          }
          for (String inner = json.nextMember(); inner != null; inner = json.nextMember()) {
            switch (inner) {
              case "name" -> tool = orEmpty(json.string());
              case "arguments" -> {
                Raw raw = json.raw();
                arguments = Arguments.of(raw);
              }
              default -> json.skip();
            }
          }
        }
        default -> json.skip();
      }
    }
    calls.add(
        new Block.ToolCall(
            called.isEmpty() ? Ids.fresh("call_") : called, names.original(tool), arguments));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
