package dev.caravan.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.Client;
import dev.caravan.ClientAnswer;
import dev.caravan.ClientStream;
import dev.caravan.GatewayFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Same dialect in and out: bytes stay as they are, but for what has to change. */
class PassThroughTest {
  private static final String ODD =
      """
      { "foo" : {"b":[1, 2.50,-0.0e+1,"\\u00e9\\/ü😀"], "a":null},  "temperature":0,
        "messages":[ {"role":"user","content":"say \\"model\\":\\"x\\""} ,{"role":"tool","signature":"EqQB/+=="}],
      \t"model" : "acme/mock-3x0ms" , "tools":[{"model":"acme/inner","stream":false}] %s}
      """;

  @RegisterExtension final GatewayFixture gateway = new GatewayFixture();

  @BeforeEach
  void record() {
    gateway.withKeys("sk-good-1");
    gateway.mock().record(true);
  }

  @Test
  void aPlainBodyReachesTheProviderByteForByteButForTheModel() {
    gateway.post(ODD.formatted(""));

    assertThat(received())
        .isEqualTo(
            ODD.formatted("").replace("\"acme/mock-3x0ms\"", "\"mock-3x0ms\"").strip() + "\n");
  }

  @Test
  void aStreamAsksForTokenCountsAndChangesNothingElse() {
    String body = ODD.formatted(",\"stream\":true").strip();

    gateway.stream(body).awaitEnd();

    String usage = "\"stream_options\":{\"include_usage\":true},";
    assertThat(received()).contains(usage);
    assertThat(received().replace(usage, "").replace("\"mock-3x0ms\"", "\"acme/mock-3x0ms\""))
        .isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"include_usage\":false}", "null", "{}", "{\"include_usage\":null}"})
  void whatTheClientSaysAboutTokenCountsIsOverruledForTheProvider(String options) {
    gateway.stream(
            "{\"model\":\"acme/mock-3x0ms\",\"stream\":true,\"stream_options\":%s,\"messages\":[{}]}"
                .formatted(options))
        .awaitEnd();

    JsonNode upstream = new ClientAnswer(0, null, received()).json();
    assertThat(upstream.at("/stream_options/include_usage").asBoolean()).isTrue();
    assertThat(upstream).hasSize(4);
  }

  @Test
  void tokenCountsAreShownToAClientThatAskedAndToNoOther() {
    ClientStream silent = gateway.streamOf("acme/mock-3x0ms").awaitEnd();
    ClientStream asking =
        gateway.stream(
                "{\"model\":\"acme/mock-3x0ms\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{}]}")
            .awaitEnd();

    assertThat(silent.chunks()).noneMatch(chunk -> chunk.has("usage"));
    assertThat(silent.isDone()).isTrue();
    assertThat(asking.chunks().getLast().at("/usage/completion_tokens").asInt()).isEqualTo(3);
    assertThat(asking.data()).hasSize(silent.data().size() + 1);
  }

  @Test
  void aStreamComesThroughAsTheProviderWroteIt() {
    String question =
        "{\"model\":\"%s\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{}]}";
    ClientStream direct =
        new Client(gateway.mock().port(), "sk-good-1")
            .stream(question.formatted("mock-think3-20x0ms")).awaitEnd();

    ClientStream through = gateway.stream(question.formatted("acme/mock-think3-20x0ms")).awaitEnd();

    assertThat(withoutIds(through)).isEqualTo(withoutIds(direct));
  }

  @Test
  void thePlainAnswerCarriesTheNameThatTheClientAskedForAndIsOtherwiseTheProviders() {
    ClientAnswer direct =
        new Client(gateway.mock().port(), "sk-good-1").ask("mock-think-cached-len99");

    ClientAnswer through = gateway.ask("acme/mock-think-cached-len99");

    assertThat(through.text("/model")).isEqualTo("acme/mock-think-cached-len99");
    assertThat(through.header("Content-Type")).isEqualTo("application/json");
    assertThat(withoutIds(through.body()))
        .isEqualTo(withoutIds(direct.body().replace("\"mock-think", "\"acme/mock-think")));
  }

  @Test
  void aTextOfManyLanguagesComesBackAsItWent() {
    String text = "Grüße, 世界, שלום, 🐪🐪 and \\\"quotes\\\" \\\\ \\n line";

    ClientStream stream =
        gateway.stream(
                "{\"model\":\"acme/mock-echo\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                    .formatted(text))
            .awaitEnd();

    assertThat(stream.text()).isEqualTo("Grüße, 世界, שלום, 🐪🐪 and \"quotes\" \\ \n line");
  }

  @Test
  void theHeadOfAStreamKeepsProxiesFromBuffering() {
    ClientStream stream = gateway.streamOf("acme/mock-3x0ms").awaitEnd();

    assertThat(stream.header("Content-Type")).isEqualTo("text/event-stream; charset=utf-8");
    assertThat(stream.header("Cache-Control")).isEqualTo("no-cache");
    assertThat(stream.header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(stream.headers().firstValue("Content-Length")).isEmpty();
  }

  @Test
  void eachPieceIsHandedOnWhenItComes() throws Exception {
    ClientStream stream = gateway.streamOf("acme/mock-3x400ms");

    stream.awaitEvents(2);

    assertThat(gateway.mock().stats().chunks()).isLessThan(3);
    assertThat(stream.awaitEnd().contents()).hasSize(3);
  }

  private String received() {
    return gateway.mock().requests().getLast().text();
  }

  private static String withoutIds(ClientStream stream) {
    return withoutIds(String.join("\n", stream.lines()));
  }

  private static String withoutIds(String text) {
    return text.replaceAll("chatcmpl-\\d+", "ID").replaceAll("\"created\":\\d+", "\"created\":0");
  }
}
