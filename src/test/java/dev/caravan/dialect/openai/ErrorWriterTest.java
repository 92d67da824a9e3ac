package dev.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final OpenAiChat CHAT = new OpenAiChat();

  /** The table of http-api.md 1.8. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          INVALID_JSON,            400, invalid_request_error, invalid_json
          MISSING_FIELD,           400, invalid_request_error, missing_field
          INVALID_TYPE,            400, invalid_request_error, invalid_type
          UNSUPPORTED_PARAMETER,   400, invalid_request_error, unsupported_parameter
          CONTEXT_TOO_LONG,        400, invalid_request_error, context_length_exceeded
          CLIENT_KEY_REFUSED,      401, authentication_error,  invalid_api_key
          BUDGET_SPENT,            402, insufficient_quota,    budget_exceeded
          NOT_ALLOWED,             403, permission_error,      model_not_allowed
          MODEL_NOT_FOUND,         404, invalid_request_error, model_not_found
          BODY_TOO_LARGE,          413, invalid_request_error, request_too_large
          CLIENT_RATE_LIMITED,     429, rate_limit_error,      client_rate_limited
          ALL_CREDENTIALS_LIMITED, 429, rate_limit_error,      all_credentials_limited
          ALL_CREDENTIALS_BUSY,    503, server_error,          all_credentials_busy
          CREDENTIALS_REJECTED,    502, upstream_error,        upstream_credentials_rejected
          BAD_GATEWAY,             502, upstream_error,        bad_gateway
          UPSTREAM_UNAVAILABLE,    503, upstream_error,        upstream_unavailable
          GATEWAY_UNAVAILABLE,     503, server_error,          gateway_unavailable
          UPSTREAM_TIMEOUT,        504, timeout_error,         upstream_timeout
          INTERNAL,                500, server_error,          internal_error
          """)
  void everyClassHasItsStatusAndWords(Kind kind, int status, String type, String code) {
    Failure failure = Failure.of(kind, Stage.UPSTREAM, "words");

    assertThat(CHAT.status(failure)).isEqualTo(status);
    assertThat(error(failure).path("type").asText()).isEqualTo(type);
    assertThat(error(failure).path("code").asText()).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyClassCanBeWritten(Kind kind) {
    JsonNode error = error(Failure.of(kind, Stage.GATEWAY, "a \"quoted\"\ntext ä😀"));

    assertThat(error.path("message").asText()).isEqualTo("a \"quoted\"\ntext ä😀");
    assertThat(error.has("param")).isTrue();
    assertThat(error.path("details").path("stage").asText()).isEqualTo("gateway");
    assertThat(error.path("details").path("request_id").asText()).isEqualTo("id-1");
  }

  @Test
  void detailsArePlainJsonAndParamHasAPlaceOfItsOwn() {
    Failure failure =
        Failure.of(Kind.MODEL_NOT_FOUND, Stage.CLIENT_REQUEST, "x")
            .with(Map.of("param", "model", "near", List.of("a", "b"), "depth", Map.of("n", 1.5)))
            .atProvider("acme");

    JsonNode error = error(failure);

    assertThat(error.path("param").asText()).isEqualTo("model");
    assertThat(error.path("details").toString())
        .isEqualTo(
            "{\"request_id\":\"id-1\",\"stage\":\"client request\",\"provider\":\"acme\",\"depth\":{\"n\":1.5},\"near\":[\"a\",\"b\"]}");
  }

  @Test
  void insideAStreamItIsOneEventAndNoEndMark() {
    String event =
        new String(
            CHAT.renderFailureEvent(
                Failure.of(Kind.BAD_GATEWAY, Stage.UPSTREAM, "line\nline"), "id-1"),
            UTF_8);

    assertThat(event).startsWith("data: {\"error\":{").endsWith("}}\n\n").doesNotContain("[DONE]");
    assertThat(event.strip()).doesNotContain("\n");
  }

  private static JsonNode error(Failure failure) {
    try {
      return JSON.readTree(CHAT.renderFailure(failure, "id-1")).path("error");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
