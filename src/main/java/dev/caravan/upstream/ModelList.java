package dev.caravan.upstream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.provider.LocalServer;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a provider's model list: {@code {"data":[{"id","created"}]}}, a bare array of the same or
 * of names, Google's {@code {"models":[{"name":"models/…"}]}}, Cohere's {@code
 * {"models":[{"name"}]}}, Codex' {@code {"models":[{"slug"}]}} and Anthropic's {@code created_at}.
 * What is no model is passed over.
 */
final class ModelList {
  private static final String GOOGLES = "models/";
  private static final int LONGEST_NAME = 300;

  /** More are a mistake of the provider's. */
  static final int MOST = 20_000;

  /**
   * A model of a provider.
   *
   * @param id the provider's own name
   * @param created epoch seconds, 0 when not told
   * @param context tokens of prompt and answer together at most, as a server of one's own has set
   *     it; 0 when not told
   */
  record Model(String id, long created, long context) {
    Model(String id, long created) {
      this(id, created, 0);
    }
  }

  /**
   * A whole list.
   *
   * @param server the program that it comes from, null when it does not tell
   */
  record Page(List<Model> models, @Nullable LocalServer server) {}

  private final Map<String, Model> models = new LinkedHashMap<>();
  private @Nullable LocalServer server;

  private ModelList() {}

  /**
   * Each model once, in the order of the list.
   *
   * @throws IOException when it is no list of models
   */
  static List<Model> read(byte[] body) throws IOException {
    return page(body).models();
  }

  /** The same, and whose list it is. */
  static Page page(byte[] body) throws IOException {
    ModelList list = new ModelList();
    list.fill(body);
    return new Page(new ArrayList<>(list.models.values()), list.server);
  }

  private void fill(byte[] body) throws IOException {
    try (JsonParser json = JsonBytes.parse(body, 0, body.length)) {
      JsonToken first = json.nextToken();
      if (first == JsonToken.START_ARRAY) {
        models(json);
        return;
      }
      if (first == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String member = json.currentName();
          boolean data = member.equals("data") || member.equals("models");
          if (json.nextToken() == JsonToken.START_ARRAY && data) {
            models(json);
            return;
          }
          json.skipChildren();
        }
      }
      throw new IOException("it holds no list of models");
    }
  }

  private void models(JsonParser json) throws IOException {
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == null) {
        throw new IOException("the list breaks off");
      }
      Model model =
          switch (json.currentToken()) {
            case START_OBJECT -> model(json);
            case VALUE_STRING -> named(json.getText(), 0, 0);
            default -> {
              json.skipChildren();
              yield null;
            }
          };
      if (model != null && models.size() < MOST) {
        models.putIfAbsent(model.id(), model);
      }
    }
  }

  private @Nullable Model model(JsonParser json) throws IOException {
    String id = "";
    String name = "";
    String slug = "";
    long created = 0;
    long context = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.VALUE_STRING) {
        switch (member) {
          case "id" -> id = json.getText();
          case "slug" -> slug = json.getText();
          case "name" -> name = json.getText();
          case "owned_by" -> LocalServer.ofOwner(json.getText()).ifPresent(one -> server = one);
          case "created_at" -> created = seconds(json.getText());
          default -> {}
        }
      } else if (member.equals("created") && value == JsonToken.VALUE_NUMBER_INT) {
        created = json.getValueAsLong();
      } else if (member.equals("max_model_len") && value == JsonToken.VALUE_NUMBER_INT) {
        context = json.getValueAsLong();
      } else if (member.equals("meta") && value == JsonToken.START_OBJECT) {
        context = Math.max(context, contextOf(json));
      } else {
        json.skipChildren();
      }
    }
    return named(!id.isEmpty() ? id : !slug.isEmpty() ? slug : name, created, context);
  }

  /** What llama.cpp tells of a model: the context that it runs with, else that of its training. */
  private static long contextOf(JsonParser json) throws IOException {
    long set = 0;
    long trained = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      boolean number = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
      if (number && member.equals("n_ctx")) {
        set = json.getValueAsLong();
      } else if (number && member.equals("n_ctx_train")) {
        trained = json.getValueAsLong();
      } else {
        json.skipChildren();
      }
    }
    return set > 0 ? set : trained;
  }

  private static @Nullable Model named(String text, long created, long context) {
    String id = text.startsWith(GOOGLES) ? text.substring(GOOGLES.length()) : text.strip();
    boolean sane =
        !id.isEmpty()
            && id.length() <= LONGEST_NAME
            && id.chars().noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
    return sane ? new Model(id, Math.max(0, created), Math.max(0, context)) : null;
  }

  private static long seconds(String instant) {
    try {
      return Instant.parse(instant).getEpochSecond();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }
}
