package dev.caravan.mock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the mock says when nothing goes wrong. */
class AnswerTest {
  @RegisterExtension static final MockServer SERVER = new MockServer();

  private final MockClient client = SERVER.client();

  @Test
  void aStreamHasRoleContentFinishAndDoneInThisOrder() {
    var stream = client.stream("mock-4x0ms");

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    assertThat(stream.chunks())
        .extracting(chunk -> chunk.at("/choices/0/delta").toString())
        .containsExactly(
            "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
            "{\"content\":\"token 1 \"}",
            "{\"content\":\"token 2 \"}",
            "{\"content\":\"token 3 \"}",
            "{\"content\":\"token 4 \"}",
            "{}");
    assertThat(stream.chunks())
        .extracting(chunk -> chunk.at("/choices/0/finish_reason").asText())
        .containsExactly("null", "null", "null", "null", "null", "stop");
    assertThat(stream.isDone()).isTrue();
    assertThat(stream.broken()).isFalse();
  }

  @Test
  void allChunksOfAStreamShareIdAndModelAndNoOtherStreamHasThatId() {
    var one = client.stream("mock-4x0ms").chunks();
    var other = client.stream("mock-4x0ms").chunks();

    assertThat(one).extracting(chunk -> chunk.get("id")).containsOnly(one.getFirst().get("id"));
    assertThat(one).extracting(chunk -> chunk.get("model").asText()).containsOnly("mock-4x0ms");
    assertThat(other.getFirst().get("id")).isNotEqualTo(one.getFirst().get("id"));
  }

  @Test
  void aPacedStreamBringsEveryChunkInOrder() {
    var stream = client.stream("mock-30x2ms");

    assertThat(stream.contents())
        .isEqualTo(IntStream.rangeClosed(1, 30).mapToObj(i -> "token " + i + " ").toList());
    assertThat(stream.isDone()).isTrue();
  }

  @Test
  void aStreamTooBigForTheSocketsBuffersArrivesWhole() {
    var stream = client.stream("mock-40000x0ms");

    assertThat(stream.contents()).hasSize(40_000).endsWith("token 40000 ");
    assertThat(stream.isDone()).isTrue();
  }

  @Test
  void tokenCountsComeInAChunkWithoutChoicesWhenAskedFor() {
    var stream =
        client.streamOf(
            """
            {"model":"mock-4x0ms-cached","stream":true,"stream_options":{"include_usage":true},\
            "messages":[]}""");

    JsonNode last = stream.chunks().getLast();
    assertThat(last.get("choices")).isEmpty();
    assertThat(last.at("/usage/prompt_tokens").asInt()).isEqualTo(20);
    assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(4);
    assertThat(last.at("/usage/total_tokens").asInt()).isEqualTo(24);
    assertThat(last.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(8);
  }

  @Test
  void tokenCountsDoNotComeUnasked() {
    var stream = client.stream("mock-4x0ms");

    assertThat(stream.chunks()).noneMatch(chunk -> chunk.has("usage"));
  }

  @Test
  void tokenCountsMayBeWithheldOrComeWithTheFinish() {
    var none =
        client.streamOf(
            """
            {"model":"mock-4x0ms-nousage","stream":true,\
            "stream_options":{"include_usage":true}}""");
    var last = client.stream("mock-4x0ms-lastusage");

    assertThat(none.chunks()).noneMatch(chunk -> chunk.has("usage"));
    assertThat(last.chunks().getLast().at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(last.chunks().getLast().at("/usage/total_tokens").asInt()).isEqualTo(24);
    assertThat(MockClient.tree(client.plain("mock-nousage").body()).has("usage")).isFalse();
  }

  @Test
  void aPlainAnswerIsAsLongAsAskedFor() {
    var response = client.plain("mock-len4000");

    JsonNode answer = MockClient.tree(response.body());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(answer.get("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.get("model").asText()).isEqualTo("mock-len4000");
    assertThat(answer.at("/choices/0/message/content").asText())
        .startsWith("The quick brown fox ")
        .hasSize(4000);
    assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(1020);
  }

  @Test
  void anEchoSaysTheLastUserMessageInBothForms() {
    String body =
        """
        {"stream":%s,"model":"mock-echo","messages":[{"role":"user","content":"first"},\
        {"role":"assistant","content":"no"},{"role":"user","content":[\
        {"type":"text","text":"say \\"hé\\" "},{"type":"image_url","image_url":{"url":"x"}},\
        {"type":"text","text":"twice  now"}]}]}""";

    var stream = client.streamOf(body.formatted("true"));
    var plain = client.at("POST", "/v1/chat/completions", body.formatted("false"));

    assertThat(stream.contents()).containsExactly("say ", "\"hé\" ", "twice  ", "now");
    assertThat(MockClient.tree(plain.body()).at("/choices/0/message/content").asText())
        .isEqualTo("say \"hé\" twice  now");
  }

  @Test
  void thinkingComesBeforeTheContent() {
    var stream = client.stream("mock-think-2x0ms");
    var plain = MockClient.tree(client.plain("mock-think2").body());

    assertThat(stream.chunks())
        .extracting(chunk -> chunk.at("/choices/0/delta").properties().iterator())
        .filteredOn(fields -> fields.hasNext())
        .extracting(fields -> fields.next().getKey())
        .containsExactly(
            "role",
            "reasoning_content",
            "reasoning_content",
            "reasoning_content",
            "content",
            "content");
    assertThat(plain.at("/choices/0/message/reasoning_content").asText())
        .isEqualTo("thought 1 thought 2 ");
    assertThat(plain.at("/usage/completion_tokens_details/reasoning_tokens").asInt()).isEqualTo(2);
  }

  @Test
  void parallelToolCallsCarryIdAndNameOnceAndTheirArgumentsInPieces() {
    var stream = client.stream("mock-tool2");

    List<JsonNode> calls =
        stream.chunks().stream()
            .map(chunk -> chunk.at("/choices/0/delta/tool_calls/0"))
            .filter(call -> !call.isMissingNode())
            .toList();
    assertThat(calls)
        .extracting(call -> call.at("/index").asInt())
        .containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1, 1);
    assertThat(calls)
        .filteredOn(call -> call.has("id"))
        .extracting(call -> call.at("/function/name").asText())
        .containsExactly("get_weather", "get_weather");
    assertThat(
            calls.stream()
                .filter(call -> call.get("index").asInt() == 1)
                .map(call -> call.at("/function/arguments").asText())
                .reduce("", String::concat))
        .isEqualTo("{\"city\":\"Paris\"}");
    assertThat(stream.chunks().getLast().at("/choices/0/finish_reason").asText())
        .isEqualTo("tool_calls");
  }

  @Test
  void aToolCallNamesTheToolOnOfferAndEndsWhenItsResultIsThere() {
    String tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}]";
    String asked = "{\"model\":\"mock-tool\",%s,\"messages\":[{\"role\":\"user\"}%s]}";

    var call = client.at("POST", "/v1/chat/completions", asked.formatted(tools, ""));
    var text =
        client.at(
            "POST",
            "/v1/chat/completions",
            asked.formatted(tools, ",{\"role\":\"tool\",\"content\":\"sunny\"}"));

    assertThat(MockClient.tree(call.body()).at("/choices/0/message/tool_calls/0/function/name"))
        .hasToString("\"look\"");
    assertThat(MockClient.tree(call.body()).at("/choices/0/message/content").isNull()).isTrue();
    assertThat(MockClient.tree(text.body()).at("/choices/0/message/content").asText())
        .startsWith("The quick brown fox");
  }

  @Test
  void theFinishCanBeOtherwiseOrRepeatedOrTheEndMarkerMissing() {
    var filtered = client.stream("mock-2x0ms-filter");
    var repeated = client.stream("mock-2x0ms-stops");
    var endless = client.stream("mock-2x0ms-nodone");
    var cutShort = MockClient.tree(client.plain("mock-length").body());

    assertThat(filtered.chunks().getLast().at("/choices/0/finish_reason").asText())
        .isEqualTo("content_filter");
    assertThat(repeated.chunks())
        .extracting(chunk -> chunk.at("/choices/0/finish_reason").asText())
        .containsOnly("stop");
    assertThat(endless.isDone()).isFalse();
    assertThat(endless.broken()).isFalse();
    assertThat(endless.chunks().getLast().at("/choices/0/finish_reason").asText())
        .isEqualTo("stop");
    assertThat(cutShort.at("/choices/0/finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void waitsAndPausesChangeNothingButTime() {
    var late = client.stream("mock-ttft1-pause1-3x0ms");
    var plain = client.plain("mock-ttft1");

    assertThat(late.contents()).containsExactly("token 1 ", "token 2 ", "token 3 ");
    assertThat(late.isDone()).isTrue();
    assertThat(plain.statusCode()).isEqualTo(200);
  }
}
