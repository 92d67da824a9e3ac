package dev.caravan.mock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.mock.Answer.Content;
import dev.caravan.mock.Answer.UsagePlace;
import dev.caravan.mock.Lines.Wanted;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to one request in Gemini's dialect, piece by piece and whole. */
final class GeminiChunks {
  private static final String SIGNATURE = "c2lnbmVkIGJ5IHRoZSBtb2Nr";

  private final GeminiRequest request;
  private final Answer answer;
  private final long id;
  private final boolean blank;

  /**
   * @param blank whether it says nothing
   */
  GeminiChunks(GeminiRequest request, Answer answer, long id, boolean blank) {
    this.request = request;
    this.answer = answer;
    this.id = id;
    this.blank = blank;
  }

  /** The parts of a stream, in order, each as JSON. */
  List<String> parts() {
    List<String> parts = new ArrayList<>();
    for (int i = 1; i <= answer.reasoning(); i++) {
      boolean signed = i == answer.reasoning() && request.model().contains("claude");
      parts.add(signed ? signedThought("thought " + i + " ") : thought("thought " + i + " "));
    }
    if (blank || !unreadable().isEmpty()) {
      return parts;
    }
    if (calls() > 0) {
      parts.addAll(callParts());
    } else if (answer.content() instanceof Content.Echo) {
      for (String word : request.lastText().split("(?<=\\s)(?=\\S)", 0)) {
        parts.add(text(word));
      }
    } else {
      for (int i = 1; i <= answer.pace().chunks(); i++) {
        parts.add(text("token " + i + " "));
      }
    }
    return parts;
  }

  private List<String> wholeParts() {
    List<String> parts = new ArrayList<>();
    if (answer.reasoning() > 0) {
      parts.add(thought(Lines.reasoningText(answer.reasoning())));
    }
    if (blank) {
      return parts;
    }
    switch (answer.content()) {
      case Content.Tools tools when calls() > 0 -> parts.addAll(callParts());
      case Content.Act act when calls() > 0 -> parts.addAll(callParts());
      case Content.Tools tools -> parts.add(text(Lines.fox(300)));
      case Content.Act act -> parts.add(text(Lines.fox(300)));
      case Content.Echo echo -> parts.add(text(request.lastText()));
      case Content.Text(int length) -> parts.add(text(Lines.fox(length)));
      case Content.Tags tags -> parts.add(text(Lines.fox(300)));
    }
    return parts;
  }

  private int calls() {
    if (request.answersCalls()) {
      return 0;
    }
    return switch (answer.content()) {
      case Content.Tools(int calls) -> calls;
      case Content.Act act -> wanted() == null ? 0 : 1;
      case Content.Text text -> 0;
      case Content.Tags tags -> 0;
      case Content.Echo echo -> 0;
    };
  }

  /** A call that is to be written as no JSON, empty for none. */
  private String unreadable() {
    return answer.content() instanceof Content.Act
        ? request
            .lastText()
            .lines()
            .filter(line -> line.startsWith("miscall "))
            .findFirst()
            .map(line -> line.substring("miscall ".length()))
            .orElse("")
        : "";
  }

  private @Nullable Wanted wanted() {
    return answer.content() instanceof Content.Act ? Wanted.in(request.lastText()) : null;
  }

  /** Only the first of several calls is signed, as by Gemini 3. */
  private List<String> callParts() {
    List<String> parts = new ArrayList<>();
    Wanted wanted = wanted();
    String tool = wanted == null ? request.tool() : wanted.tool();
    String arguments = wanted == null ? "{\"city\":\"Paris\"}" : wanted.arguments();
    for (int i = 0; i < calls(); i++) {
      String signed =
          i == 0 && answer.reasoning() > 0 ? ",\"thoughtSignature\":\"" + SIGNATURE + "\"" : "";
      parts.add(
          "{\"functionCall\":{\"name\":"
              + Json.quoted(tool)
              + ",\"args\":"
              + arguments
              + "}"
              + signed
              + "}");
    }
    return parts;
  }

  private static String text(String said) {
    return "{\"text\":" + Json.quoted(said) + "}";
  }

  private static String thought(String said) {
    return "{\"text\":" + Json.quoted(said) + ",\"thought\":true}";
  }

  /** Claude signs what it has thought, and not the call behind it. */
  private static String signedThought(String said) {
    return "{\"text\":"
        + Json.quoted(said)
        + ",\"thought\":true,\"thoughtSignature\":\""
        + SIGNATURE
        + "\"}";
  }

  String chunk(String part, int saidSoFar) {
    return object(part, "", saidSoFar);
  }

  /** Real ones end with a text that says nothing. */
  String last(int said) {
    if (!unreadable().isEmpty()) {
      String told = "Malformed function call: call:default_api:" + unreadable();
      return object(
          "{\"text\":\"\"}",
          ",\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"finishMessage\":" + Json.quoted(told),
          said);
    }
    return object("{\"text\":\"\"}", ",\"finishReason\":\"" + reason() + "\"", said);
  }

  Buffer whole() {
    List<String> parts = wholeParts();
    String finish = ",\"finishReason\":\"" + reason() + "\"";
    String all = String.join(",", parts);
    int tokens = (all.length() + 3) / 4;
    return Buffer.buffer(object(all, finish, tokens).getBytes(UTF_8));
  }

  private String reason() {
    return switch (answer.ending().finish()) {
      case "length" -> "MAX_TOKENS";
      case "content_filter" -> "SAFETY";
      default -> "STOP";
    };
  }

  private String object(String parts, String finish, int said) {
    return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
        + parts
        + "]}"
        + finish
        + ",\"index\":0}]"
        + usage(said)
        + ",\"modelVersion\":"
        + Json.quoted(request.model())
        + ",\"responseId\":\"mock-"
        + id
        + "\"}";
  }

  private String usage(int said) {
    if (answer.ending().usage() == UsagePlace.NOWHERE) {
      return "";
    }
    int thought = Math.min(said, answer.reasoning());
    return ",\"usageMetadata\":{\"promptTokenCount\":"
        + TokenCounts.PROMPT
        + (answer.ending().cached() > 0
            ? ",\"cachedContentTokenCount\":" + answer.ending().cached()
            : "")
        + ",\"candidatesTokenCount\":"
        + (said - thought)
        + (thought > 0 ? ",\"thoughtsTokenCount\":" + thought : "")
        + ",\"totalTokenCount\":"
        + (TokenCounts.PROMPT + said)
        + "}";
  }
}
