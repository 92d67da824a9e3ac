package dev.caravan.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/**
 * What a run asks of a server. Connections send one request after the other; the next one leaves
 * when the last answer is in.
 *
 * @param model without the provider
 * @param prompt characters of the user's message; the body is some 120 bytes longer
 * @param chunks that each stream has to bring, 0 for plain answers
 * @param warmUp before anything counts
 * @param ramp over which the connections are opened, part of the warm-up
 * @param speech of the clients
 */
record Workload(
    String name,
    int connections,
    String model,
    int prompt,
    int chunks,
    Duration warmUp,
    Duration measured,
    Duration ramp,
    Speech speech) {

  /** What clients speak; the upstream speaks OpenAI's chat. */
  enum Speech {
    CHAT("/v1/chat/completions", "[DONE]"),
    MESSAGES("/v1/messages", "\"message_stop\"");

    final String path;

    /** What the last event of a stream holds. */
    final String last;

    Speech(String path, String last) {
      this.path = path;
      this.last = last;
    }
  }

  Workload(
      String name,
      int connections,
      String model,
      int prompt,
      int chunks,
      Duration warmUp,
      Duration measured,
      Duration ramp) {
    this(name, connections, model, prompt, chunks, warmUp, measured, ramp, Speech.CHAT);
  }

  /** The same by clients that speak otherwise. */
  Workload as(String otherName, Speech other) {
    return new Workload(
        otherName, connections, model, prompt, chunks, warmUp, measured, ramp, other);
  }

  boolean isStream() {
    return chunks > 0;
  }

  /** The whole request as it goes over the wire. */
  byte[] request(Address to) {
    String text = "Which pattern splits a message? ".repeat(prompt / 32 + 1).substring(0, prompt);
    String name = to.modelPrefix() + model;
    String stream = isStream() ? ",\"stream\":true" : "";
    String body =
        switch (speech) {
          case CHAT ->
              """
              {"model":"%s","messages":[{"role":"system","content":"You are a helpful assistant."},\
              {"role":"user","content":"%s"}],"max_tokens":128%s}"""
                  .formatted(name, text, stream);
          case MESSAGES ->
              """
              {"model":"%s","system":"You are a helpful assistant.",\
              "messages":[{"role":"user","content":"%s"}],"max_tokens":128%s}"""
                  .formatted(name, text, stream);
        };
    return to.post(speech.path, body).getBytes(UTF_8);
  }
}
