package dev.caravan.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.account.AccountClient;
import dev.caravan.provider.account.AccountClient.Answer;
import dev.caravan.provider.account.AccountClient.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The methods of Google's Code Assist that an account is set up with. */
final class CodeAssistBackend {
  static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());

  private final List<String> bases;
  private final Duration patience;
  private final String token;
  private final AccountClient client;

  /**
   * @param bases addresses before {@code /v1internal}, asked in this order until one of them says
   *     something
   * @param patience with each of them
   */
  CodeAssistBackend(List<String> bases, String token, AccountClient client, Duration patience) {
    this.bases = List.copyOf(bases);
    this.patience = patience;
    this.token = token;
    this.client = client;
  }

  /** A refusal of a method. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refused(String method, int status) {
      super("Google refused %s with status %d".formatted(method, status));
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  JsonNode post(String method, ObjectNode question) throws IOException {
    for (String base : bases.subList(0, bases.size() - 1)) {
      try {
        return post(base, method, question);
      } catch (Refused e) {
        if (e.status() < 500) {
          throw e;
        }
      } catch (IOException e) {
        // the next may be there
      }
    }
    return post(bases.getLast(), method, question);
  }

  private JsonNode post(String base, String method, ObjectNode question) throws IOException {
    Request request =
        Request.postJson(base + "/v1internal:" + method, question.toString())
            .withBearer(token)
            .within(patience);
    return read(method, client.send(request));
  }

  JsonNode get(String url) throws IOException {
    return read(url, client.send(Request.get(url).withBearer(token).within(patience)));
  }

  void pause(Duration length) throws IOException {
    client.pause(length);
  }

  private static JsonNode read(String what, Answer answer) throws IOException {
    if (!answer.isGood()) {
      throw new Refused(what, answer.status());
    }
    JsonNode tree = TREES.readTree(answer.body());
    if (tree == null || tree instanceof MissingNode || !tree.isObject()) {
      throw new IOException("Google answered %s with no JSON object".formatted(what));
    }
    return tree;
  }
}
