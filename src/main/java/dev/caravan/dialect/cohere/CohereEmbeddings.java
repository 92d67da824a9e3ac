package dev.caravan.dialect.cohere;

import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.embeddings.EmbeddingAnswer;
import dev.caravan.dialect.hub.embeddings.EmbeddingCodec;
import dev.caravan.dialect.hub.embeddings.EmbeddingRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cohere's form, {@code /v2/embed} (Cohere API reference, embed). It has to be told what the texts
 * are for; without a word of the client's they are documents.
 */
public final class CohereEmbeddings implements EmbeddingCodec {

  /** Cohere refuses more texts. */
  private static final int MOST_INPUTS = 96;

  @Override
  public String name() {
    return "cohere";
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
  public byte[] request(EmbeddingRequest request, String model) {
    JsonWriter out = new JsonWriter(1024);
    out.beginObject().member("model", model).name("texts").beginArray();
    request.inputs().forEach(out::raw);
    out.endArray().member("input_type", inputType(request.inputType()));
    out.name("embedding_types").beginArray().string("float").endArray();
    if (request.dimensions() != null) {
      out.member("output_dimension", request.dimensions());
    }
    request.others().forEach(out::member);
    return out.endObject().toBytes();
  }

  /** The words of other vendors in Cohere's. */
  private static String inputType(@Nullable Raw said) {
    String word = said == null ? "document" : said.text().string().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "document", "passage", "retrieval_document" -> "search_document";
      case "query", "retrieval_query" -> "search_query";
      default -> word;
    };
  }

  @Override
  public EmbeddingAnswer answer(byte[] body, EmbeddingRequest request) throws IOException {
    return EmbeddingAnswer.read(
        body, request, CohereEmbeddings::vectors, "meta", CohereEmbeddings::tokens);
  }

  private static List<Raw> vectors(JsonReader json) throws IOException {
    if (!json.isObject()) {
      throw new IOException("embeddings is no object");
    }
    List<Raw> vectors = new ArrayList<>();
    for (String type = json.nextMember(); type != null; type = json.nextMember()) {
      if (type.equals("float") && json.isArray()) {
        while (json.nextElement()) {
          vectors.add(json.raw());
        }
      } else {
        json.skip();
      }
    }
    return vectors;
  }

  private static long tokens(JsonReader json) throws IOException {
    long tokens = 0;
    if (!json.isObject()) {
      return 0;
    }
    for (String name = json.nextMember(); name != null; name = json.nextMember()) {
      if (name.equals("billed_units") && json.isObject()) {
        for (String unit = json.nextMember(); unit != null; unit = json.nextMember()) {
          if (unit.equals("input_tokens")) {
            tokens = json.number();
          } else {
            json.skip();
          }
        }
      } else {
        json.skip();
      }
    }
    return tokens;
  }
}
