package dev.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.Envelope;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.Splice;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenAiChat CHAT = new OpenAiChat();

  @Test
  void theEnvelopeIsReadWhereverItsMembersStand() {
    Envelope envelope =
        read(
            """
            {"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"tools":[{"model":1}],
             "stream" : true , "model" : "acme/some/model","n":1}""");

    assertThat(envelope.model()).isEqualTo("acme/some/model");
    assertThat(envelope.stream()).isTrue();
    assertThat(envelope.asksForUsage()).isFalse();
  }

  @Property(tries = 500)
  void anyModelNameIsReadAndReplaced(@ForAll @NotBlank String model, @ForAll String other) {
    if (!UTF_8.newEncoder().canEncode(model) || !UTF_8.newEncoder().canEncode(other)) {
      return;
    }
    String quoted = new String(JsonBytes.quote(model), UTF_8);
    String body = "{\"a\":\"ä\",\"model\":" + quoted + " ,\"messages\":[1]}";

    assertThat(read(body).model()).isEqualTo(model);
    String sent = sent(body, other, false);
    assertThat(tree(sent).path("model").textValue()).isEqualTo(other);
    assertThat(sent).startsWith("{\"a\":\"ä\",\"model\":").endsWith(" ,\"messages\":[1]}");
  }

  @Test
  void escapesInNamesAndValuesAreUnderstood() {
    String body = "{\"\\u006dodel\":\"a\\/b\\u00e4\\ud83d\\ude00\",\"messages\":[1]}";

    assertThat(read(body).model()).isEqualTo("a/bä😀");
    assertThat(sent(body, "x", false)).isEqualTo("{\"\\u006dodel\":\"x\",\"messages\":[1]}");
  }

  @Test
  void aByteOrderMarkIsSkippedAndNotSent() {
    String body = "\ufeff{\"stream\":true,\"model\":\"a/b\",\"messages\":[1]}";

    assertThat(read(body).model()).isEqualTo("a/b");
    assertThat(sent(body, "b", true))
        .isEqualTo(
            "{\"stream_options\":{\"include_usage\":true},\"stream\":true,\"model\":\"b\",\"messages\":[1]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"stream":true,"model":"a/b","messages":[1]}                                                              | {"stream_options":{"include_usage":true},"stream":true,"model":"b","messages":[1]}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":null}                                        | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage":true}}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{}}                                          | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage":true}}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{ }}                                         | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage":true }}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{"include_obfuscation":false}}               | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage":true,"include_obfuscation":false}}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{"x":{"include_usage":1},"include_usage":false}} | {"stream":true,"model":"b","messages":[1],"stream_options":{"x":{"include_usage":1},"include_usage":true}}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{"include_usage" : null , "x":1}}            | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage" : true , "x":1}}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{"include_usage":0}}                         | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage":true}}
          {"stream":true,"model":"a/b","messages":[1],"stream_options":{"include_usage":true,"x":1}}                | {"stream":true,"model":"b","messages":[1],"stream_options":{"include_usage":true,"x":1}}
          {"stream":false,"model":"a/b","messages":[1],"stream_options":{"include_usage":false}}                    | {"stream":false,"model":"b","messages":[1],"stream_options":{"include_usage":false}}
          {"model":"a/b","messages":[1]}                                                                            | {"model":"b","messages":[1]}
          """)
  void theUsageOfAStreamIsAlwaysAskedForAndNothingElseIsChanged(String body, String sent) {
    assertThat(sent(body, "b", true)).isEqualTo(sent);
  }

  @Test
  void aProviderThatRefusesToTellUsageIsNotAsked() {
    String body = "{\"stream\":true,\"model\":\"a/b\",\"messages\":[1]}";

    assertThat(sent(body, "b", false))
        .isEqualTo("{\"stream\":true,\"model\":\"b\",\"messages\":[1]}");
  }

  @Test
  void onlyAClientThatAskedSeesUsage() {
    assertThat(read(withOptions("{\"include_usage\":true}")).asksForUsage()).isTrue();
    assertThat(read(withOptions("{\"include_usage\":false}")).asksForUsage()).isFalse();
    assertThat(read(withOptions("{\"include_usage\":\"true\"}")).asksForUsage()).isFalse();
    assertThat(read(withOptions("{}")).asksForUsage()).isFalse();
    assertThat(read(withOptions("null")).asksForUsage()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                     | INVALID_JSON  | empty
          '   '                                                  | INVALID_JSON  | empty
          {                                                      | INVALID_JSON  | not valid JSON
          {"model":"a/b","messages":[1]}}                        | INVALID_JSON  | not valid JSON
          {"model":"a/b","messages":[1]} x                       | INVALID_JSON  | not valid JSON
          {"model":"a/b","messages":[1],}                        | INVALID_JSON  | not valid JSON
          {"model":"a/b","messages":[{"a":[1}]}                  | INVALID_JSON  | not valid JSON
          {"model":"a/b","messages":[1                           | INVALID_JSON  | not valid JSON
          {"model":"a/b                                          | INVALID_JSON  | not valid JSON
          []                                                     | INVALID_TYPE  | must be a JSON object
          "x"                                                    | INVALID_TYPE  | must be a JSON object
          {"messages":[1]}                                       | MISSING_FIELD | "model" is missing
          {"model":"","messages":[1]}                            | MISSING_FIELD | "model" is empty
          {"model":" ","messages":[1]}                           | MISSING_FIELD | "model" is empty
          {"model":7,"messages":[1]}                             | INVALID_TYPE  | "model" must be a string
          {"model":null,"messages":[1]}                          | INVALID_TYPE  | "model" must be a string
          {"model":"a/b"}                                        | MISSING_FIELD | "messages" is missing
          {"model":"a/b","messages":[]}                          | MISSING_FIELD | "messages" is missing
          {"model":"a/b","messages":"x"}                         | INVALID_TYPE  | "messages" must be an array
          {"model":"a/b","messages":[1],"stream":"yes"}          | INVALID_TYPE  | "stream" must be true or false
          {"model":"a/b","messages":[1],"stream":1}              | INVALID_TYPE  | "stream" must be true or false
          {"model":"a/b","messages":[1],"stream_options":[]}     | INVALID_TYPE  | "stream_options" must be an object
          """)
  void whatIsNoChatRequestIsRefusedWithAReason(String body, Kind kind, String words) {
    Failure failure = failure(body);

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.message()).startsWith("client request: ").contains(words);
  }

  @Test
  void aMistakeIsShownByLineAndColumnAndNotByItsText() {
    Failure failure = failure("{\n  \"model\": \"a/b\",\n  \"messages\": [secret]\n}");

    assertThat(failure.message()).contains("line 3, column").doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "messages", "stream", "stream_options"})
  void aRefusalNamesTheFieldForPrograms(String field) {
    Failure failure = failure("{\"model\":\"a/b\",\"messages\":[1],\"%s\":7}".formatted(field));

    assertThat(failure.details()).containsEntry("param", field);
  }

  @Test
  void deepNestingIsRefusedAndDoesNoHarm() {
    Failure failure =
        failure("{\"model\":\"a/b\",\"x\":" + "[".repeat(100_000) + ",\"messages\":[1]}");

    assertThat(failure.kind()).isEqualTo(Kind.INVALID_JSON);
  }

  private static String withOptions(String options) {
    return "{\"model\":\"a/b\",\"messages\":[1],\"stream\":true,\"stream_options\":%s}"
        .formatted(options);
  }

  private static Envelope read(String body) {
    return CHAT.readRequest(body.getBytes(UTF_8));
  }

  private static Failure failure(String body) {
    CallFailed refused = catchThrowableOfType(CallFailed.class, () -> read(body));
    assertThat(refused).as("a refusal of %s", body).isNotNull();
    return refused.failure();
  }

  private static String sent(String body, String model, boolean wantUsage) {
    byte[] bytes = body.getBytes(UTF_8);
    var splices = CHAT.forUpstream(CHAT.readRequest(bytes), model, wantUsage);
    return new String(
        Splice.join(Splice.apply(bytes, JsonBytes.markLength(bytes), splices)), UTF_8);
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }
}
