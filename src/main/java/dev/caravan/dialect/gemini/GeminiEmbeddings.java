package dev.caravan.dialect.gemini;

import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.embeddings.EmbeddingAnswer;
import dev.caravan.dialect.hub.embeddings.EmbeddingCodec;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Google's form, {@code batchEmbedContents} (Gemini API reference, embeddings). */
public final class GeminiEmbeddings implements EmbeddingCodec {

  /** Google refuses larger batches. */
  private static final int MOST_INPUTS = 100;

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public int mostInputs() {
    return MOST_INPUTS;
  }

  @Override
  public boolean takesTokens() {
    return false;
  }

  @Override
  public String path(String template, String model) {
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    return template.replace("{model}", name).replace("{method}", "batchEmbedContents");
  }

  @Override
  public byte[] request(EmbeddingRequest request, String model) {
    String task = task(request.inputType());
    JsonWriter out = new JsonWriter(1024);
    out.beginObject().name("requests").beginArray();
    for (Raw input : request.inputs()) {
      out.beginObject().member("model", "models/" + model);
      out.name("content").beginObject().name("parts").beginArray().beginObject();
      out.member("text", input).endObject().endArray().endObject();
      if (task != null) {
        out.member("taskType", task);
      }
      if (request.dimensions() != null) {
        out.member("outputDimensionality", request.dimensions());
      }
      out.endObject();
    }
    return out.endArray().endObject().toBytes();
  }

  /** The words of other vendors in Google's. */
  private static @Nullable String task(@Nullable Raw inputType) {
    if (inputType == null) {
      return null;
    }
    String said = inputType.text().string();
    return switch (said.toLowerCase(Locale.ROOT)) {
      case "document", "search_document", "passage" -> "RETRIEVAL_DOCUMENT";
      case "query", "search_query" -> "RETRIEVAL_QUERY";
      default -> said.toUpperCase(Locale.ROOT);
    };
  }

  @Override
  public EmbeddingAnswer answer(byte[] body, EmbeddingRequest request) throws IOException {
    return EmbeddingAnswer.read(
        body, request, GeminiEmbeddings::vectors, "usageMetadata", GeminiEmbeddings::tokens);
  }

  private static List<Raw> vectors(JsonReader json) throws IOException {
    if (!json.isArray()) {
      throw new IOException("embeddings is no array");
    }
    List<Raw> vectors = new ArrayList<>();
    while (json.nextElement()) {
      if (!json.isObject()) {
        throw new IOException("embeddings holds something else than objects");
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("values")) {
          vectors.add(json.raw());
        } else {
          json.skip();
        }
      }
    }
    return vectors;
  }

  private static long tokens(JsonReader json) throws IOException {
    long tokens = 0;
    if (json.isObject()) {
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("promptTokenCount")) {
          tokens = json.number();
        } else {
          json.skip();
        }
      }
    }
    return tokens;
  }
}
