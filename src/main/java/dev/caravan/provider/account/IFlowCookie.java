package dev.caravan.provider.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.provider.account.AccountClient.Answer;
import dev.caravan.provider.account.AccountClient.Request;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * An API key of iFlow for the cookie {@code BXAuth} of a browser that is logged in there
 * (providers.md 8): the page of keys tells the key's name, and makes a new key of that name.
 */
final class IFlowCookie {
  private static final String NAME = "BXAuth=";

  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper();
  }

  private final String url;
  private final AccountClient client;

  /**
   * @param url of the page of keys
   */
  IFlowCookie(String url, AccountClient client) {
    this.url = url;
    this.client = client;
  }

  Answer grant(String pasted) throws IOException {
    String cookie = whole(pasted);
    Answer told = client.send(asked(Request.get(url), cookie));
    if (isLoggedOut(told)) {
      return refused();
    }
    String name = data(told).path("name").asText("");
    String question = Mapper.TREES.createObjectNode().put("name", name).toString();
    Answer made = client.send(asked(Request.postJson(url, question), cookie));
    if (isLoggedOut(made)) {
      return refused();
    }
    JsonNode data = data(made);
    String key = data.path("apiKey").asText("").strip();
    if (key.isEmpty()) {
      throw new IOException("iFlow gives no key for the cookie");
    }
    ObjectNode members = Mapper.TREES.createObjectNode();
    // calls carry the key, so it stands where tokens do as well
    members.put("access_token", key).put("api_key", key).put("cookie", cookie).put("name", name);
    members.put("expire_time", data.path("expireTime").asText(""));
    return new Answer(200, Map.of(), members.toString());
  }

  /** With its name, however much of it was pasted. */
  private static String whole(String pasted) {
    String text = pasted.strip();
    String value = text.startsWith(NAME) ? text.substring(NAME.length()) : text;
    int end = value.indexOf(';');
    return NAME + (end < 0 ? value : value.substring(0, end)).strip() + ";";
  }

  private Request asked(Request request, String cookie) {
    URI page = URI.create(url);
    String origin = page.getScheme() + "://" + page.getRawAuthority();
    return request
        .withHeader("cookie", cookie)
        .withHeader("origin", origin)
        .withHeader("referer", origin + "/");
  }

  private static boolean isLoggedOut(Answer answer) {
    return answer.status() == 401 || answer.status() == 403;
  }

  private static Answer refused() {
    return new Answer(
        401,
        Map.of(),
        "{\"error\":\"invalid_grant\",\"error_description\":\"the cookie is not logged in any more; take a new one from the browser\"}");
  }

  private static JsonNode data(Answer answer) throws IOException {
    if (!answer.isGood()) {
      throw new IOException("iFlow's page of keys answered " + answer.status());
    }
    JsonNode root;
    try {
      root = Mapper.TREES.readTree(answer.body());
    } catch (IOException e) {
      throw new IOException("iFlow's page of keys is not JSON", e);
    }
    if (root == null || !root.path("success").asBoolean(true) || !root.path("data").isObject()) {
      throw new IOException("iFlow's page of keys tells nothing");
    }
    return root.path("data");
  }
}
