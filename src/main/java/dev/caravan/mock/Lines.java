package dev.caravan.mock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.mock.Answer.Content;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says to one request.
 *
 * @param text of a plain answer, empty beside tool calls
 * @param deltas the same for a stream, piece by piece as JSON, made when asked for
 * @param calls tool calls of a plain answer as JSON, none in a text
 */
record Lines(String text, List<byte[]> deltas, List<String> calls) {

  static final Lines NONE = new Lines("", List.of(), List.of());
  private static final String FOX = "The quick brown fox jumps over the lazy dog. ";
  private static final List<String> ARGUMENTS = List.of("{\"ci", "ty\":", "\"Par", "is\"}");
  private static final Pattern CALL = Pattern.compile("(?m)^call (\\S+) (\\{.*?\\})(?=\\s*$|<)");
  private static final byte[][] TOKENS =
      IntStream.rangeClosed(1, 1000).mapToObj(Lines::numbered).toArray(byte[][]::new);

  static Lines of(Answer answer, ChatRequest request) throws IOException {
    return switch (answer.content()) {
      case Content.Text(int length) ->
          new Lines(fox(length), new Tokens(answer.pace().chunks()), List.of());
      case Content.Echo() -> echo(request.messages().lastUserText());
      case Content.Tools(int calls) -> {
        Messages messages = request.messages();
        yield messages.lastRole().equals("tool")
            ? new Lines(fox(300), new Tokens(answer.pace().chunks()), List.of())
            : tools(messages.tool(), calls, ARGUMENTS);
      }
      case Content.Tags() -> tags();
      case Content.Act() -> act(request.messages(), answer.pace().chunks());
    };
  }

  /** The reasoning of an answer, in as many deltas. */
  static List<byte[]> reasoning(int chunks) {
    return IntStream.rangeClosed(1, chunks)
        .mapToObj(i -> delta("reasoning_content", "thought " + i + " "))
        .toList();
  }

  static String reasoningText(int chunks) {
    var text = new StringBuilder();
    IntStream.rangeClosed(1, chunks).forEach(i -> text.append("thought ").append(i).append(' '));
    return text.toString();
  }

  static String fox(int length) {
    return FOX.repeat(length / FOX.length() + 1).substring(0, length);
  }

  private static Lines tags() {
    List<String> pieces = List.of("<thi", "nk>\npl", "an</th", "ink>\nans", "wer <b");
    return new Lines(
        String.join("", pieces), pieces.stream().map(p -> delta("content", p)).toList(), List.of());
  }

  private static Lines echo(String text) {
    List<byte[]> words = new ArrayList<>();
    for (String word : text.split("(?<=\\s)(?=\\S)", 0)) {
      if (!word.isEmpty()) {
        words.add(delta("content", word));
      }
    }
    return new Lines(text, words, List.of());
  }

  private static Lines act(Messages messages, int chunks) {
    Wanted wanted = messages.answered() ? null : Wanted.in(messages.lastUserText());
    return wanted != null
        ? tools(wanted.tool(), 1, List.of(wanted.arguments()))
        : new Lines(fox(300), new Tokens(chunks), List.of());
  }

  /** A call that a user asks for in so many words: {@code call write_file {"path":"a"}}. */
  record Wanted(String tool, String arguments) {

    static @Nullable Wanted in(String text) {
      Matcher asked = CALL.matcher(text);
      return asked.find() ? new Wanted(asked.group(1), asked.group(2)) : null;
    }
  }

  private static Lines tools(String name, int count, List<String> arguments) {
    List<byte[]> deltas = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String head = "\"id\":\"call_" + (i + 1) + "\",\"type\":\"function\",\"function\":{\"name\":";
      head += Json.quoted(name) + ",\"arguments\":";
      calls.add("{" + head + Json.quoted(String.join("", arguments)) + "}}");
      deltas.add(toolDelta("{\"index\":" + i + "," + head + "\"\"}}"));
      for (String part : arguments) {
        String more = "\"function\":{\"arguments\":" + Json.quoted(part) + "}";
        deltas.add(toolDelta("{\"index\":" + i + "," + more + "}"));
      }
    }
    return new Lines("", deltas, calls);
  }

  private static byte[] toolDelta(String call) {
    return ("{\"tool_calls\":[" + call + "]}").getBytes(UTF_8);
  }

  private static byte[] delta(String field, String text) {
    return ("{\"" + field + "\":" + Json.quoted(text) + "}").getBytes(UTF_8);
  }

  private static byte[] numbered(int number) {
    return delta("content", "token " + number + " ");
  }

  /** {@code token 1}, {@code token 2} and so on. */
  private static final class Tokens extends AbstractList<byte[]> {
    private final int size;

    Tokens(int size) {
      this.size = size;
    }

    @Override
    public byte[] get(int index) {
      return index < TOKENS.length ? TOKENS[index] : numbered(index + 1);
    }

    @Override
    public int size() {
      return size;
    }
  }
}
