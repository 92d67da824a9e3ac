package dev.caravan.dialect;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is wrong with a client's body, in sentences that never repeat a piece of it. */
public final class BadRequest {
  private BadRequest() {}

  /**
   * A failure of the client's.
   *
   * @param field that is to blame, null when it is the whole body
   */
  public static CallFailed of(Kind kind, String message, @Nullable String field) {
    Failure failure = Failure.of(kind, Stage.CLIENT_REQUEST, "client request: " + message);
    return new CallFailed(field == null ? failure : failure.with(Map.of("param", field)));
  }

  /** A field whose value is of the wrong type. */
  public static CallFailed type(String field, String wanted) {
    return of(Kind.INVALID_TYPE, "\"%s\" must be %s".formatted(field, wanted), field);
  }

  public static CallFailed missing(String field, String hint) {
    return of(Kind.MISSING_FIELD, "\"%s\" is missing; %s".formatted(field, hint), field);
  }

  /** What a parser could not read. */
  public static CallFailed notJson(IOException problem) {
    return notJson(problem instanceof JsonProcessingException json ? json.getLocation() : null);
  }

  public static CallFailed notJson(@Nullable JsonLocation where) {
    String place =
        where == null
            ? ""
            : " (line %d, column %d)".formatted(where.getLineNr(), where.getColumnNr());
    return of(Kind.INVALID_JSON, "the body is not valid JSON" + place, null);
  }
}
