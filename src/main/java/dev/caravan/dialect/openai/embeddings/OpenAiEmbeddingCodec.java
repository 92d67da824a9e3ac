package dev.caravan.dialect.openai.embeddings;

import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.embeddings.EmbeddingAnswer;
import dev.caravan.dialect.hub.embeddings.EmbeddingCodec;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** OpenAI's form, which most providers take (OpenAI API reference, embeddings). */
public final class OpenAiEmbeddingCodec implements EmbeddingCodec {

  /** OpenAI's own limit (API reference, embeddings: input). */
  private static final int MOST_INPUTS = 2048;

  @Override
  public String name() {
    return "openai";
  }

  @Override
  public int mostInputs() {
    return MOST_INPUTS;
  }

  @Override
  public boolean takesTokens() {
    return true;
  }

  @Override
  public byte[] request(EmbeddingRequest request, String model) {
    JsonWriter out = new JsonWriter(1024);
    out.beginObject().member("model", model).name("input").beginArray();
    request.inputs().forEach(out::raw);
    out.endArray();
    if (request.dimensions() != null) {
      out.member("dimensions", request.dimensions());
    }
    member(out, "encoding_format", request.format());
    member(out, "input_type", request.inputType());
    member(out, "user", request.user());
    request.others().forEach(out::member);
    return out.endObject().toBytes();
  }

  private static void member(JsonWriter out, String name, @Nullable Raw value) {
    if (value != null) {
      out.member(name, value);
    }
  }

  @Override
  public EmbeddingAnswer answer(byte[] body, EmbeddingRequest request) throws IOException {
    List<Raw> vectors = new ArrayList<>();
    long prompt = 0;
    long total = 0;
    try (JsonReader json = new JsonReader(body)) {
      json.next();
      if (!json.isObject()) {
        throw new IOException("not an object");
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "data" -> vectors = data(json, request.inputs().size());
          case "usage" -> {
            if (json.isObject()) {
              for (String n = json.nextMember(); n != null; n = json.nextMember()) {
                switch (n) {
                  case "prompt_tokens" -> prompt = json.number();
                  case "total_tokens" -> total = json.number();
                  default -> json.skip();
                }
              }
            }
          }
          default -> json.skip();
        }
      }
    }
    return EmbeddingAnswer.of(vectors, prompt, total, request);
  }

  /** By their index, which need not be the order in which they stand. */
  private static List<Raw> data(JsonReader json, int wanted) throws IOException {
    if (!json.isArray()) {
      throw new IOException("data is no array");
    }
    @Nullable Raw[] vectors = new Raw[wanted];
    for (int place = 0; json.nextElement(); place++) {
      if (!json.isObject()) {
        throw new IOException("data holds something else than objects");
      }
      Raw vector = null;
      int index = place;
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        switch (name) {
          case "index" -> index = json.isNumber() ? (int) json.number() : place;
          case "embedding" -> vector = json.raw();
          default -> json.skip();
        }
      }
      if (vector == null || index < 0 || index >= wanted) {
        throw new IOException("a vector that nobody asked for");
      }
      vectors[index] = vector;
    }
    return Arrays.stream(vectors).filter(Objects::nonNull).toList();
  }
}
