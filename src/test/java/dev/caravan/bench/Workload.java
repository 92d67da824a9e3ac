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
 */
record Workload(
    String name,
    int connections,
    String model,
    int prompt,
    int chunks,
    Duration warmUp,
    Duration measured,
    Duration ramp) {

  boolean isStream() {
    return chunks > 0;
  }

  /** The whole request as it goes over the wire. */
  byte[] request(Address to) {
    String text = "Which pattern splits a message? ".repeat(prompt / 32 + 1).substring(0, prompt);
    String body =
        """
        {"model":"%s","messages":[{"role":"system","content":"You are a helpful assistant."},\
        {"role":"user","content":"%s"}],"max_tokens":128%s}"""
            .formatted(to.modelPrefix() + model, text, isStream() ? ",\"stream\":true" : "");
    return to.post(body).getBytes(UTF_8);
  }
}
