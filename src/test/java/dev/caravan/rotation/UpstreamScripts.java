package dev.caravan.rotation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.upstream.FakeUpstream;
import dev.caravan.upstream.FakeUpstream.Received;
import java.io.IOException;
import java.util.Map;

/** Providers that do what the mock does not. */
final class UpstreamScripts {
  static final String ANSWER =
      """
      {"id":"a","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
      "message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":10,"completion_tokens":50,"total_tokens":60}}""";

  private UpstreamScripts() {}

  /** What one request gets. */
  interface Reply {
    void to(Received request, FakeUpstream.Visit visit) throws IOException;
  }

  /** One that answers each request by this. */
  static FakeUpstream replying(Reply reply) {
    return FakeUpstream.that(
        visit -> {
          for (Received request = visit.request(); request != null; request = visit.request()) {
            reply.to(request, visit);
          }
        });
  }

  /** One that gives good answers, with more headers for some keys. */
  static FakeUpstream byKey(Map<String, String> headersByKey) {
    return replying(
        (request, visit) ->
            visit.send(whole(200, headersByKey.getOrDefault(keyOf(request), ""), ANSWER)));
  }

  static String keyOf(Received request) {
    return request.headers().getOrDefault("authorization", "").replace("Bearer ", "");
  }

  /** An answer; line feeds of its headers need not be written as CRLF. */
  static String whole(int status, String headers, String body) {
    String head =
        "HTTP/1.1 %d x\ncontent-type: application/json\n%scontent-length: %d\n\n"
            .formatted(status, headers, body.getBytes(UTF_8).length);
    return head.replace("\n", "\r\n") + body;
  }
}
