package dev.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.dialect.hub.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Failures in OpenAI's shape: {@code {"error":{message,type,param,code,details}}} (http-api.md
 * 1.8).
 */
public final class ErrorWriter {

  /** The two words that OpenAI's clients look at. */
  private record Words(String type, String code) {}

  private ErrorWriter() {}

  public static byte[] write(Failure failure, String requestId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    Words words = words(failure.kind());
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("error");
      json.writeStringField("message", failure.message());
      json.writeStringField("type", words.type());
      json.writeFieldName("param");
      JsonBytes.write(json, failure.details().get("param"));
      json.writeStringField("code", words.code());
      details(json, failure, requestId);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A provider's refusal; its type is the one that OpenAI gives to the status. */
  public static byte[] writeRefusal(int status, String message, String requestId) {
    JsonWriter out = new JsonWriter(256 + message.length());
    out.beginObject().name("error").beginObject().member("message", message);
    out.member(
        "type",
        switch (status) {
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 429 -> "rate_limit_error";
          default -> status < 500 ? "invalid_request_error" : "server_error";
        });
    out.name("param").nul().name("code").nul();
    out.name("details").beginObject().member("request_id", requestId).endObject();
    out.endObject().endObject();
    return out.toBytes();
  }

  private static void details(JsonGenerator json, Failure failure, String requestId)
      throws IOException {
    json.writeObjectFieldStart("details");
    json.writeStringField("request_id", requestId);
    json.writeStringField("stage", failure.stage().words());
    if (failure.provider() != null && !failure.details().containsKey("provider")) {
      json.writeStringField("provider", failure.provider());
    }
    for (Map.Entry<String, Object> detail : new TreeMap<>(failure.details()).entrySet()) {
      if (!detail.getKey().equals("param") && !detail.getKey().equals("request_id")) {
        json.writeFieldName(detail.getKey());
        JsonBytes.write(json, detail.getValue());
      }
    }
    json.writeEndObject();
  }

  private static Words words(Kind kind) {
    return switch (kind) {
      case INVALID_JSON -> new Words("invalid_request_error", "invalid_json");
      case MISSING_FIELD -> new Words("invalid_request_error", "missing_field");
      case INVALID_TYPE -> new Words("invalid_request_error", "invalid_type");
      case UNSUPPORTED_PARAMETER -> new Words("invalid_request_error", "unsupported_parameter");
      case CONTEXT_TOO_LONG -> new Words("invalid_request_error", "context_length_exceeded");
      case INVALID_REQUEST -> new Words("invalid_request_error", "invalid_request");
      case CLIENT_KEY_REFUSED -> new Words("authentication_error", "invalid_api_key");
      case BUDGET_SPENT -> new Words("insufficient_quota", "budget_exceeded");
      case NOT_ALLOWED -> new Words("permission_error", "model_not_allowed");
      case MODEL_NOT_FOUND -> new Words("invalid_request_error", "model_not_found");
      case PATH_NOT_FOUND -> new Words("invalid_request_error", "not_found");
      case METHOD_NOT_ALLOWED -> new Words("invalid_request_error", "method_not_allowed");
      case REQUEST_TIMEOUT -> new Words("invalid_request_error", "request_timeout");
      case BODY_TOO_LARGE -> new Words("invalid_request_error", "request_too_large");
      case HEADERS_TOO_LARGE -> new Words("invalid_request_error", "headers_too_large");
      case CLIENT_RATE_LIMITED -> new Words("rate_limit_error", "client_rate_limited");
      case ALL_CREDENTIALS_LIMITED -> new Words("rate_limit_error", "all_credentials_limited");
      case ALL_CREDENTIALS_BUSY -> new Words("server_error", "all_credentials_busy");
      case CREDENTIALS_REJECTED -> new Words("upstream_error", "upstream_credentials_rejected");
      case BAD_GATEWAY -> new Words("upstream_error", "bad_gateway");
      case UPSTREAM_UNAVAILABLE -> new Words("upstream_error", "upstream_unavailable");
      case GATEWAY_UNAVAILABLE -> new Words("server_error", "gateway_unavailable");
      case UPSTREAM_TIMEOUT -> new Words("timeout_error", "upstream_timeout");
      case INTERNAL -> new Words("server_error", "internal_error");
    };
  }
}
