package dev.caravan.mock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.mock.Answer.Content;
import dev.caravan.mock.Lines.Wanted;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** The mock's answers in Anthropic's dialect: those of OpenAI chat, in blocks. */
final class MessagesBlocks {
  /** What the thinking is signed with; a block that comes back without it is refused. */
  static final String SIGNATURE = "EqQBCkYIBxgCKkBmb3hlcw==";

  private static final List<String> ARGUMENTS = List.of("{\"ci", "ty\":", "\"Par", "is\"}");

  /** One block of an answer: what opens it, what comes in pieces, what closes it. */
  private record Part(String start, List<String> deltas, String plain) {}

  private final String id;
  private final MessagesRequest request;
  private final Answer answer;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> pieces = new ArrayList<>();
  private final boolean calls;

  /**
   * Makes them.
   *
   * @param nothing whether the answer is empty
   */
  MessagesBlocks(String id, MessagesRequest request, Answer answer, boolean nothing) {
    this.id = id;
    this.request = request;
    this.answer = answer;
    boolean tools = answer.content() instanceof Content.Tools && !request.answered();
    Wanted wanted =
        answer.content() instanceof Content.Act && !request.answered()
            ? Wanted.in(request.lastUserText())
            : null;
    this.calls = (tools || wanted != null) && !nothing;
    if (answer.reasoning() > 0) {
      parts.add(thinking(answer.reasoning()));
    }
    if (!nothing) {
      switch (answer.content()) {
        case Content.Tools(int count) when tools -> tools(request.tool(), count, ARGUMENTS);
        case Content.Act act when wanted != null ->
            tools(wanted.tool(), 1, List.of(wanted.arguments()));
        case Content.Echo() -> parts.add(echo(request.lastUserText()));
        case Content.Text(int length) -> parts.add(text(tokens(), Lines.fox(length)));
        case Content.Tools later -> parts.add(text(tokens(), Lines.fox(300)));
        case Content.Act later -> parts.add(text(tokens(), Lines.fox(300)));
        case Content.Tags later -> parts.add(text(tokens(), Lines.fox(300)));
      }
    }
    cut();
  }

  private List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (int i = 1; i <= answer.pace().chunks(); i++) {
      tokens.add("token " + i + " ");
    }
    return tokens;
  }

  private static Part thinking(int chunks) {
    List<String> deltas = new ArrayList<>();
    for (int i = 1; i <= chunks; i++) {
      deltas.add(delta("thinking_delta", "thinking", "thought " + i + " "));
    }
    return new Part(
        "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
        deltas,
        "{\"type\":\"thinking\",\"thinking\":"
            + Json.quoted(Lines.reasoningText(chunks))
            + ",\"signature\":\""
            + SIGNATURE
            + "\"}");
  }

  private static Part text(List<String> words, String whole) {
    return new Part(
        "{\"type\":\"text\",\"text\":\"\"}",
        words.stream().map(word -> delta("text_delta", "text", word)).toList(),
        "{\"type\":\"text\",\"text\":" + Json.quoted(whole) + "}");
  }

  private static Part echo(String said) {
    List<String> words = new ArrayList<>();
    for (String word : said.split("(?<=\\s)(?=\\S)", 0)) {
      words.add(word);
    }
    return text(words, said);
  }

  private void tools(String name, int count, List<String> arguments) {
    for (int i = 1; i <= count; i++) {
      String head =
          "{\"type\":\"tool_use\",\"id\":\"toolu_" + i + "\",\"name\":" + Json.quoted(name);
      parts.add(
          new Part(
              head + ",\"input\":{}}",
              arguments.stream()
                  .map(part -> delta("input_json_delta", "partial_json", part))
                  .toList(),
              head + ",\"input\":" + String.join("", arguments) + "}"));
    }
  }

  private static String delta(String type, String field, String text) {
    return "{\"type\":\"" + type + "\",\"" + field + "\":" + Json.quoted(text) + "}";
  }

  /** A block's start goes with its first piece, its end with its last. */
  private void cut() {
    for (int index = 0; index < parts.size(); index++) {
      Part part = parts.get(index);
      String at = ",\"index\":" + index;
      String start = event("content_block_start", at + ",\"content_block\":" + part.start());
      String stop = event("content_block_stop", at);
      if (part.start().contains("thinking")) {
        String signature = delta("signature_delta", "signature", SIGNATURE);
        stop = event("content_block_delta", at + ",\"delta\":" + signature) + stop;
      }
      for (int i = 0; i < part.deltas().size(); i++) {
        String piece = event("content_block_delta", at + ",\"delta\":" + part.deltas().get(i));
        pieces.add((i == 0 ? start : "") + piece + (i == part.deltas().size() - 1 ? stop : ""));
      }
    }
  }

  private static String event(String type, String rest) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
  }

  private String head(String content, String stop, int output) {
    return "{\"id\":\""
        + id
        + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
        + Json.quoted(request.model())
        + ",\"content\":["
        + content
        + "],\"stop_reason\":"
        + stop
        + ",\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
        + (TokenCounts.PROMPT - answer.ending().cached())
        + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":"
        + answer.ending().cached()
        + ",\"output_tokens\":"
        + output
        + "}}";
  }

  private String stopReason() {
    if (calls) {
      return "\"tool_use\"";
    }
    return switch (answer.ending().finish()) {
      case "length" -> "\"max_tokens\"";
      case "content_filter" -> "\"refusal\"";
      default -> "\"end_turn\"";
    };
  }

  Buffer plain() {
    List<String> blocks = parts.stream().map(Part::plain).toList();
    String content = String.join(",", blocks);
    return buffer(head(content, stopReason(), (content.length() + 3) / 4));
  }

  Buffer role() {
    return buffer(
        event("message_start", ",\"message\":" + head("", "null", 1)) + event("ping", ""));
  }

  int size() {
    return pieces.size();
  }

  Buffer piece(int index) {
    return buffer(pieces.get(index));
  }

  Buffer finish(int output) {
    return buffer(
        event(
            "message_delta",
            ",\"delta\":{\"stop_reason\":"
                + stopReason()
                + ",\"stop_sequence\":null},\"usage\":{\"output_tokens\":"
                + output
                + "}"));
  }

  static Buffer done() {
    return buffer(event("message_stop", ""));
  }

  static Buffer error(Refusal refusal) {
    return buffer("event: error\ndata: " + MessagesRefusal.of(refusal).body().strip() + "\n\n");
  }

  static Buffer garbled() {
    return buffer("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"del\n\n");
  }

  private static Buffer buffer(String text) {
    return Buffer.buffer(text.getBytes(UTF_8));
  }
}
