package dev.caravan.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.http.ServedRequest;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an operator has sent. For the thread of its operation. */
public final class AdminRequest {
  private final ServedRequest served;
  private final Map<String, String> path;

  AdminRequest(ServedRequest served, Map<String, String> path) {
    this.served = served;
    this.path = path;
  }

  /** A parameter of the operation's path, {@code id} of {@code /why/{id}}. */
  public String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the path of this operation has no {" + name + "}");
    }
    return value;
  }

  /** A parameter of the query, null when it is not given. */
  public @Nullable String query(String name) {
    return served.parameter(name);
  }

  /** Whether the operator only wants to know what would happen, {@code ?dryRun=true}. */
  public boolean isDryRun() {
    String value = query("dryRun");
    return value != null && !value.equalsIgnoreCase("false");
  }

  public @Nullable String header(String name) {
    return served.header(name);
  }

  /**
   * The JSON object of the body; an empty one when there is no body.
   *
   * @throws AdminRefusal when it is something else
   */
  public JsonNode body() {
    byte[] bytes = served.body();
    if (bytes.length == 0) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(bytes);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw AdminRefusal.invalid(
          null,
          "the body is not JSON, line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw AdminRefusal.invalid(null, "the body cannot be read");
    }
    throw AdminRefusal.invalid(null, "the body must be a JSON object");
  }
}
