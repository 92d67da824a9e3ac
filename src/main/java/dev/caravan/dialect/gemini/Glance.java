package dev.caravan.dialect.gemini;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonReader;
import java.io.IOException;

/**
 * What the gateway has to know of one object of an answer, whole or a chunk of a stream, without
 * keeping what it says. Used again for the next one.
 */
final class Glance {
  private Usage usage = Usage.NONE;
  private boolean error;
  private boolean says;
  private boolean finished;
  private boolean endsUnusually;

  /** The reader stands on the beginning of the object; afterwards on its end. */
  void object(JsonReader json) throws IOException {
    error = false;
    says = false;
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "candidates" -> candidates(json);
        case "usageMetadata" -> usage = UsageReader.read(json, usage);
        case "promptFeedback" -> promptFeedback(json);
        case "totalTokens" -> {
          says = true;
          json.skip();
        }
        case "error" -> {
          error = !json.isNull();
          json.skip();
        }
        default -> json.skip();
      }
    }
  }

  private void candidates(JsonReader json) throws IOException {
    if (!json.isArray()) {
      json.skip();
      return;
    }
    while (json.nextElement()) {
      if (!json.isObject()) {
        json.skip();
        continue;
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "content" -> content(json);
          case "finishReason" -> {
            String reason = json.string();
            finished |= reason != null;
            endsUnusually |= reason != null && Finishes.isUnusual(reason);
          }
          default -> json.skip();
        }
      }
    }
  }

  private void content(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("parts") && json.isArray()) {
        while (json.nextElement()) {
          if (json.isObject()) {
            part(json);
          } else {
            json.skip();
          }
        }
      } else {
        json.skip();
      }
    }
  }

  private void part(JsonReader json) throws IOException {
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      switch (name) {
        case "text" -> {
          var text = json.text();
          says |= text != null && !text.isEmpty();
        }
        case "thought", "thoughtSignature" -> json.skip();
        default -> {
          says = true;
          json.skip();
        }
      }
    }
  }

  private void promptFeedback(JsonReader json) throws IOException {
    if (!json.isObject()) {
      json.skip();
      return;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("blockReason")) {
        boolean blocked = json.isString();
        finished |= blocked;
        endsUnusually |= blocked;
      }
      json.skip();
    }
  }

  /** The last usage that any of them told. */
  Usage usage() {
    return usage;
  }

  /** Whether the last one is an error. */
  boolean error() {
    return error;
  }

  /** Whether the last one says something to the client. */
  boolean says() {
    return says;
  }

  /** Whether any of them has told why the answer ends. */
  boolean finished() {
    return finished;
  }

  /** Whether the answer ended for a reason that a client has to be told even without content. */
  boolean endsUnusually() {
    return endsUnusually;
  }
}
