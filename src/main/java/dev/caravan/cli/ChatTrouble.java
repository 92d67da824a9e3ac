package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/** Why {@code caravan chat} has no answer to show, as a sentence that says what to do. */
@NullMarked
final class ChatTrouble extends Exception {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_OF_A_PAGE = 200;

  ChatTrouble(String sentence) {
    super(sentence, null, false, false);
  }

  static ChatTrouble unreachable(URI url, String reason) {
    return new ChatTrouble(
        "nothing answers at "
            + url
            + " ("
            + reason
            + "). Start the gateway with: caravan run. Or point --url at a server.");
  }

  /** An answer with an error status. */
  static ChatTrouble refused(URI url, int status, Optional<String> retryAfter, String body) {
    return new ChatTrouble(
        url + " answered " + status + said(body) + ". " + advice(url, status, retryAfter));
  }

  /** An error object inside of an answer with status 200. */
  static ChatTrouble brokeOff(JsonNode answer) {
    return new ChatTrouble("the answer broke off" + said(answer.toString()) + ". Try again.");
  }

  static ChatTrouble cut() {
    return new ChatTrouble(
        "the connection ended before the answer did. Try again, or look at the gateway's log.");
  }

  static ChatTrouble unreadable(String text) {
    return new ChatTrouble(
        "the answer is not in the chat dialect: "
            + shortened(text)
            + ". Does --url name an OpenAI-compatible base such as http://127.0.0.1:8000/v1?");
  }

  static ChatTrouble empty() {
    return new ChatTrouble("the answer is empty. Try again, or another model with -m.");
  }

  private static String advice(URI url, int status, Optional<String> retryAfter) {
    return switch (status) {
      case 400, 413, 422 -> "Change the request: the text, or the model with -m.";
      case 401 -> "Give the gateway's key with --key or in PROXY_API_KEY.";
      case 402, 429 -> "Try again " + retryAfter.map(s -> "in " + s + " s.").orElse("later.");
      case 403 -> "This key may not do that: take another with --key, or another model with -m.";
      case 404 -> "Choose a model from " + url + "/models with -m, and see that --url ends in /v1.";
      default ->
          "Try again"
              + retryAfter.map(s -> " in " + s + " s").orElse("")
              + ", or look at the gateway's log.";
    };
  }

  /**
   * Code and message of an error body, with a space or colon before them; the text if it is not
   * one.
   */
  private static String said(String body) {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return body.isBlank() ? "" : ": " + shortened(body);
    }
    JsonNode error = root.isArray() ? root.path(0).path("error") : root.path("error");
    String message = error.isTextual() ? error.asText() : error.path("message").asText("");
    String code = firstText(error.path("code"), error.path("status"), error.path("type"));
    if (message.isEmpty() && code.isEmpty()) {
      return body.isBlank() ? "" : ": " + shortened(body);
    }
    String sentence = message.strip().replaceAll("[.]+$", "");
    return (code.isEmpty() ? "" : " " + code) + (sentence.isEmpty() ? "" : ": " + sentence);
  }

  private static String firstText(JsonNode... nodes) {
    for (JsonNode node : nodes) {
      if (node.isTextual() && !node.asText().isEmpty()) {
        return node.asText();
      }
    }
    return "";
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MOST_OF_A_PAGE ? line : line.substring(0, MOST_OF_A_PAGE) + "...";
  }
}
