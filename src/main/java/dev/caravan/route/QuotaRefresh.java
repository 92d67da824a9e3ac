package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /v1/quota-stats} asks for (http-api.md 16.2).
 *
 * @param action {@code reload} or {@code force_refresh}
 * @param scope {@code all}, {@code provider} or {@code credential}
 * @param mode {@code replace} takes what the files say in place of what is known
 */
record QuotaRefresh(
    String action,
    String scope,
    @Nullable String provider,
    @Nullable String credential,
    @Nullable String mode) {

  /**
   * What has come of it.
   *
   * @param refreshed credentials that it was done for
   * @param errors what failed, a sentence for each provider
   * @param throttled whether it was done a moment ago and is not repeated
   */
  record Result(
      int refreshed,
      List<String> errors,
      boolean throttled,
      long millis,
      @Nullable String message) {}

  boolean isForced() {
    return action.equals("force_refresh");
  }

  /** Reads a body; an empty one means: reload all. */
  static QuotaRefresh parse(byte[] body) {
    String action = null;
    String scope = null;
    String provider = null;
    String credential = null;
    String mode = null;
    if (body.length > 0) {
      try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw wrong("the body must be a JSON object", null);
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
          json.nextToken();
          switch (name) {
            case "action" -> action = text(json, name);
            case "scope" -> scope = text(json, name);
            case "provider" -> provider = text(json, name);
            case "credential" -> credential = text(json, name);
            case "mode" -> mode = text(json, name);
            default -> json.skipChildren();
          }
        }
      } catch (IOException e) {
        throw wrong("the body is not JSON", null);
      }
    }
    QuotaRefresh asked =
        new QuotaRefresh(
            action == null ? "reload" : action,
            scope == null ? "all" : scope,
            provider,
            credential,
            mode);
    asked.check();
    return asked;
  }

  private static @Nullable String text(JsonParser json, String name) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NULL -> null;
      default -> throw wrong("'" + name + "' must be a string", name);
    };
  }

  private void check() {
    if (!action.equals("reload") && !isForced()) {
      throw wrong("'action' must be reload or force_refresh", "action");
    }
    if (!scope.equals("all") && !scope.equals("provider") && !scope.equals("credential")) {
      throw wrong("'scope' must be all, provider or credential", "scope");
    }
    if (!scope.equals("all") && provider == null) {
      throw wrong("'provider' is missing, which scope " + scope + " needs", "provider");
    }
    if (scope.equals("credential") && credential == null) {
      throw wrong("'credential' is missing, which scope credential needs", "credential");
    }
    if (mode != null && !mode.equals("merge") && !mode.equals("replace")) {
      throw wrong("'mode' must be merge or replace", "mode");
    }
  }

  boolean replaces() {
    return "replace".equals(mode);
  }

  private static CallFailed wrong(String what, @Nullable String parameter) {
    Failure failure =
        Failure.of(Kind.INVALID_REQUEST, Stage.CLIENT_REQUEST, "client request: " + what);
    return new CallFailed(parameter == null ? failure : failure.with(Map.of("param", parameter)));
  }

  void write(JsonGenerator json, Result result) throws IOException {
    json.writeObjectFieldStart("refresh_result");
    json.writeStringField("action", action);
    json.writeStringField("scope", scope);
    text(json, "provider", provider);
    text(json, "credential", credential);
    json.writeNumberField("duration_ms", result.millis());
    json.writeBooleanField("success", result.errors().isEmpty());
    String message = result.message();
    if (message != null) {
      json.writeStringField("message", message);
    }
    json.writeNumberField("credentials_refreshed", result.refreshed());
    json.writeNumberField("success_count", result.refreshed());
    json.writeNumberField("failed_count", result.errors().size());
    json.writeArrayFieldStart("errors");
    for (String error : result.errors()) {
      json.writeString(error);
    }
    json.writeEndArray();
    if (result.throttled()) {
      json.writeBooleanField("throttled", true);
    }
    json.writeEndObject();
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }
}
