package dev.caravan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;

/** A plain answer as a client sees it. */
public record ClientAnswer(int status, HttpHeaders headers, String body) {
  static final ObjectMapper JSON = new ObjectMapper();

  /** The first value of a header, empty without one. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /** The body as JSON. */
  public JsonNode json() {
    return tree(body);
  }

  /** Text at a place in the body, empty when there is none. */
  public String text(String pointer) {
    return json().at(pointer).asText("");
  }

  /** What the model says. */
  public String content() {
    return text("/choices/0/message/content");
  }

  /** Message of an error. */
  public String message() {
    return text("/error/message");
  }

  /** Code of an error. */
  public String code() {
    return text("/error/code");
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
