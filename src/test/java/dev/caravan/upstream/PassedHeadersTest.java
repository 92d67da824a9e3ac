package dev.caravan.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;

class PassedHeadersTest {

  @Test
  void nothingPassesUnlessItIsNamed() {
    assertThat(passed(List.of(), Map.of("x-ratelimit-limit", "5"))).isEmpty();
  }

  @Test
  void patternsNameWhatPassesInAnyCase() {
    Map<String, Object> passed =
        passed(
            List.of("X-RateLimit-*", "request-id"),
            Map.of(
                "x-ratelimit-limit-requests",
                "5",
                "X-RATELIMIT-Reset",
                "9",
                "Request-Id",
                "abc",
                "server",
                "nginx"));

    assertThat(passed)
        .isEqualTo(
            Map.of(
                "x-ratelimit-limit-requests", "5", "x-ratelimit-reset", "9", "request-id", "abc"));
  }

  @Test
  void whatSpeaksOfTheWireCookiesAndOriginsNeverPasses() {
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    List.of(
            "Connection",
            "Keep-Alive",
            "Proxy-Authenticate",
            "Proxy-Connection",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "Set-Cookie",
            "Set-Cookie2",
            "Content-Length",
            "Content-Encoding",
            "Content-Type",
            "Access-Control-Allow-Origin",
            "Access-Control-Expose-Headers",
            "X-Gateway-Provider",
            "CamelHttpResponseCode",
            "WWW-Authenticate")
        .forEach(name -> all.set(name, "x"));
    all.set("X-Harmless", "y");

    assertThat(passed(List.of("*"), all)).isEqualTo(Map.of("x-harmless", "y"));
  }

  @Test
  void severalValuesStaySeveral() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("Warning", "one").add("warning", "two");

    assertThat(passed(List.of("warning"), headers))
        .isEqualTo(Map.of("warning", List.of("one", "two")));
  }

  private static Map<String, Object> passed(List<String> patterns, Map<String, String> headers) {
    return passed(patterns, MultiMap.caseInsensitiveMultiMap().addAll(headers));
  }

  private static Map<String, Object> passed(List<String> patterns, MultiMap headers) {
    Message message = new DefaultMessage(new DefaultCamelContext());
    new PassedHeaders(patterns).copy(headers, message);
    return Map.copyOf(message.getHeaders());
  }
}
