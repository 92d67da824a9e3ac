package dev.caravan.mock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Answers one request for embeddings, in OpenAI's, Google's or Cohere's form. The vector of a text
 * is the same each time; its length is what was asked for, else 8. An input that holds {@code
 * refuse-me} is refused with 400, and the whole request with it. Belongs to its event loop.
 */
final class EmbeddingShow {
  private static final String JSON = "application/json";
  private static final ObjectMapper TREES = new ObjectMapper(Json.FACTORY);
  private static final int DIMENSIONS = 8;

  /** Whose form it is. */
  private enum Form {
    OPENAI,
    GEMINI,
    COHERE
  }

  private final Visit visit;
  private final Form form;
  private final String model;
  private final List<String> inputs;
  private final int dimensions;
  private final boolean base64;

  private EmbeddingShow(
      Visit visit, Form form, String model, List<String> inputs, int dimensions, boolean base64) {
    this.visit = visit;
    this.form = form;
    this.model = model;
    this.inputs = inputs;
    this.dimensions = dimensions;
    this.base64 = base64;
  }

  static boolean isOne(String path) {
    return path.endsWith("/embeddings")
        || path.endsWith("/v2/embed")
        || path.endsWith(":batchEmbedContents");
  }

  static EmbeddingShow of(String path, byte[] body, Visit visit) throws IOException {
    JsonNode root = TREES.readTree(body);
    List<String> inputs = new ArrayList<>();
    if (path.endsWith(":batchEmbedContents")) {
      JsonNode requests = root.path("requests");
      requests.forEach(r -> inputs.add(r.at("/content/parts/0/text").asText()));
      String model = requests.path(0).path("model").asText().replaceFirst("^models/", "");
      int asked = requests.path(0).path("outputDimensionality").asInt(DIMENSIONS);
      return new EmbeddingShow(visit, Form.GEMINI, model, inputs, asked, false);
    }
    boolean cohere = path.endsWith("/v2/embed");
    JsonNode input = root.path(cohere ? "texts" : "input");
    if (input.isArray() && !input.path(0).isNumber()) {
      input.forEach(one -> inputs.add(one.isTextual() ? one.asText() : one.toString()));
    } else {
      inputs.add(input.isTextual() ? input.asText() : input.toString());
    }
    return new EmbeddingShow(
        visit,
        cohere ? Form.COHERE : Form.OPENAI,
        root.path("model").asText(),
        inputs,
        root.path(cohere ? "output_dimension" : "dimensions").asInt(DIMENSIONS),
        root.path("encoding_format").asText().equals("base64"));
  }

  String model() {
    return model;
  }

  void give(Mishap mishap) {
    if (visit.isOver()) {
      return;
    }
    switch (mishap) {
      case Mishap.Refused(Refusal refusal) -> refuse(refusal);
      case Mishap.Vanishes() -> visit.cut();
      case Mishap.Hangs() -> {} // until the client leaves
      case Mishap.None() -> answer();
      case Mishap.Cut(_), Mishap.Stalls(_) -> visit.cut();
      case Mishap.ErrorEvent(_, Refusal refusal) ->
          visit.answer(200, JSON, Buffer.buffer(refusal.body()));
      case Mishap.Garbled() -> visit.answer(200, JSON, Buffer.buffer("{\"data\":[{\"embed"));
      case Mishap.Empty() -> visit.answer(200, JSON, Buffer.buffer("{\"data\":[]}"));
    }
  }

  private void refuse(Refusal refusal) {
    visit.refuse(form == Form.GEMINI ? GeminiShow.googles(refusal) : refusal);
  }

  private void answer() {
    if (inputs.stream().anyMatch(input -> input.contains("refuse-me"))) {
      refuse(Refusal.invalid(400, "One of the inputs cannot be embedded."));
      return;
    }
    long tokens = inputs.stream().mapToLong(input -> 1 + input.length() / 4).sum();
    ObjectNode root = TREES.createObjectNode();
    switch (form) {
      case OPENAI -> {
        ArrayNode data = root.put("object", "list").putArray("data");
        for (int i = 0; i < inputs.size(); i++) {
          ObjectNode one = data.addObject().put("object", "embedding").put("index", i);
          if (base64) {
            one.put("embedding", base64(inputs.get(i)));
          } else {
            numbers(inputs.get(i), one.putArray("embedding"));
          }
        }
        root.put("model", model);
        root.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
      }
      case GEMINI -> {
        ArrayNode all = root.putArray("embeddings");
        inputs.forEach(input -> numbers(input, all.addObject().putArray("values")));
      }
      case COHERE -> {
        ArrayNode all =
            root.put("id", "emb_" + visit.id()).putObject("embeddings").putArray("float");
        inputs.forEach(input -> numbers(input, all.addArray()));
        root.putObject("meta").putObject("billed_units").put("input_tokens", tokens);
      }
    }
    visit.answer(200, JSON, Buffer.buffer(root.toString()));
  }

  private void numbers(String input, ArrayNode into) {
    for (float number : vector(input)) {
      into.add(number);
    }
  }

  private String base64(String input) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * dimensions).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : vector(input)) {
      bytes.putFloat(number);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private float[] vector(String input) {
    Random random = new Random(input.hashCode());
    float[] vector = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      vector[i] = (random.nextInt(2001) - 1000) / 1000f;
    }
    return vector;
  }
}
