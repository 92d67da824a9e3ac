package dev.caravan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;

/**
 * How a request of the soak ended.
 *
 * @param detail its code, for a refusal
 * @param message the words of a refusal, or what is wrong
 */
record Ending(Kind kind, String detail, String message) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_DETAIL = 300;

  /** The five ways. */
  enum Kind {
    /** The whole answer, and what was expected of it. */
    RIGHT,
    /** An error status with an error object. */
    REFUSED,
    /** A stream that broke off: an error event is its last, and it ends as HTTP says. */
    TOLD,
    /** The client went away. */
    LEFT,
    /** Anything else. */
    WRONG
  }

  static Ending left() {
    return new Ending(Kind.LEFT, "", "");
  }

  static Ending wrong(String why) {
    String line = why.replaceAll("\\s+", " ");
    return new Ending(
        Kind.WRONG, "", line.length() > LONGEST_DETAIL ? line.substring(0, LONGEST_DETAIL) : line);
  }

  /** Judges an answer that was read to its end. */
  static Ending of(Client.Answer answer, Deed deed) {
    try {
      if (!answer.complete()) {
        return wrong("status " + answer.status() + ", cut: " + answer.body());
      }
      if (answer.status() != 200) {
        return refusal(answer);
      }
      return deed.isStream() ? stream(answer.body(), deed.chunks()) : plain(answer.body());
    } catch (IOException e) {
      return wrong("status " + answer.status() + ", no JSON: " + answer.body());
    }
  }

  private static Ending refusal(Client.Answer answer) throws IOException {
    JsonNode error = JSON.readTree(answer.body()).path("error");
    boolean proper = !error.path("message").asText("").isEmpty() && error.has("type");
    return proper
        ? new Ending(
            Kind.REFUSED,
            answer.status() + " " + error.path("code").asText(),
            error.path("message").asText())
        : wrong("status " + answer.status() + " without an error object: " + answer.body());
  }

  private static Ending plain(String body) throws IOException {
    String text = JSON.readTree(body).at("/choices/0/message/content").asText("");
    return text.length() == 300 && text.startsWith("The quick brown fox")
        ? new Ending(Kind.RIGHT, "", "")
        : wrong("an answer that says something else: " + body);
  }

  private static Ending stream(String body, int chunks) throws IOException {
    List<String> events =
        body.lines().filter(line -> line.startsWith("data:")).map(Ending::data).toList();
    int tokens = 0;
    for (int i = 0; i < events.size(); i++) {
      boolean last = i == events.size() - 1;
      if (events.get(i).equals("[DONE]")) {
        return last && tokens == chunks
            ? new Ending(Kind.RIGHT, "", "")
            : wrong("[DONE] after %d tokens of %d: %s".formatted(tokens, chunks, body));
      }
      JsonNode event = JSON.readTree(events.get(i));
      if (event.has("error")) {
        return told(events, i, event.get("error"), body);
      }
      String content = event.at("/choices/0/delta/content").asText("");
      if (!content.isEmpty() && !content.equals("token " + ++tokens + " ")) {
        return wrong("token %d is \"%s\"".formatted(tokens, content));
      }
    }
    return wrong("a stream of %d tokens without an end: %s".formatted(tokens, body));
  }

  // [DONE] may close a stream that told of an error
  private static Ending told(List<String> events, int at, JsonNode error, String body) {
    List<String> rest = events.subList(at + 1, events.size());
    boolean proper = !error.path("message").asText("").isEmpty();
    return proper && (rest.isEmpty() || rest.equals(List.of("[DONE]")))
        ? new Ending(Kind.TOLD, error.path("code").asText(), error.path("message").asText())
        : wrong("a stream goes on after its error: " + body);
  }

  private static String data(String line) {
    return line.substring("data:".length()).strip();
  }
}
