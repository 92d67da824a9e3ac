package dev.caravan.dialect.hub.embeddings;

import dev.caravan.call.Usage;
import dev.caravan.dialect.hub.JsonReader;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Raw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectors of a request, in the order of its inputs. Immutable.
 *
 * @param vectors each an array of numbers, or a string of base64
 * @param promptTokens that were billed
 * @param totalTokens the same, and whatever else was billed
 * @param estimated counted by the gateway because the provider did not say
 */
public record EmbeddingAnswer(
    List<Raw> vectors, long promptTokens, long totalTokens, boolean estimated) {

  public EmbeddingAnswer {
    vectors = List.copyOf(vectors);
  }

  /** An answer whose provider may not have said what it billed. */
  public static EmbeddingAnswer of(
      List<Raw> vectors, long promptTokens, long totalTokens, EmbeddingRequest request)
      throws IOException {
    if (vectors.size() != request.inputs().size()) {
      throw new IOException(
          "%d vectors for %d inputs".formatted(vectors.size(), request.inputs().size()));
    }
    boolean said = promptTokens > 0 || totalTokens > 0;
    long prompt = promptTokens > 0 ? promptTokens : said ? totalTokens : request.tokens();
    return new EmbeddingAnswer(vectors, prompt, Math.max(prompt, totalTokens), !said);
  }

  /** Reads a member of an answer on which the reader stands. */
  @FunctionalInterface
  public interface MemberReader<T> {
    T read(JsonReader json) throws IOException;
  }

  /**
   * Reads an answer of a dialect that has the vectors in {@code embeddings} and one figure of what
   * was billed.
   *
   * @param usage the member that tells the figure
   * @throws IOException when it cannot be read, or has not a vector for each input
   */
  public static EmbeddingAnswer read(
      byte[] body,
      EmbeddingRequest request,
      MemberReader<List<Raw>> vectors,
      String usage,
      MemberReader<Long> tokens)
      throws IOException {
    List<Raw> found = new ArrayList<>();
    long billed = 0;
    try (JsonReader json = new JsonReader(body)) {
      json.next();
      if (!json.isObject()) {
        throw new IOException("not an object");
      }
      for (String name = json.nextMember(); name != null; name = json.nextMember()) {
        if (name.equals("embeddings")) {
          found.addAll(vectors.read(json));
        } else if (name.equals(usage)) {
          billed = tokens.read(json);
        } else {
          json.skip();
        }
      }
    }
    return of(found, billed, billed, request);
  }

  /** Several answers as one, in this order. */
  public static EmbeddingAnswer joined(List<EmbeddingAnswer> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    List<Raw> all = new ArrayList<>();
    long prompt = 0;
    long total = 0;
    boolean estimated = false;
    for (EmbeddingAnswer part : parts) {
      all.addAll(part.vectors());
      prompt += part.promptTokens();
      total += part.totalTokens();
      estimated |= part.estimated();
    }
    return new EmbeddingAnswer(all, prompt, total, estimated);
  }

  /** What it cost, in the gateway's terms. */
  public Usage usage() {
    return new Usage(promptTokens, 0, 0, Math.max(0, totalTokens - promptTokens), 0, estimated);
  }

  /**
   * The same with every vector in the form that was asked for.
   *
   * @throws IOException when a vector is neither numbers nor base64 of them
   */
  public EmbeddingAnswer in(boolean base64) throws IOException {
    List<Raw> same = new ArrayList<>(vectors.size());
    for (Raw vector : vectors) {
      same.add(
          vector.isString() == base64
              ? vector
              : base64 ? Vectors.toBase64(vector) : Vectors.toNumbers(vector));
    }
    return new EmbeddingAnswer(same, promptTokens, totalTokens, estimated);
  }

  /**
   * The answer in OpenAI's form.
   *
   * @param model the name that the client asked for
   */
  public byte[] render(String model) {
    int size = 256;
    for (Raw vector : vectors) {
      size += vector.length() + 64;
    }
    JsonWriter out = new JsonWriter(size);
    out.beginObject().member("object", "list").member("model", model);
    out.name("data").beginArray();
    for (int i = 0; i < vectors.size(); i++) {
      out.beginObject().member("object", "embedding").member("index", i);
      out.member("embedding", vectors.get(i)).endObject();
    }
    out.endArray().name("usage").beginObject();
    out.member("prompt_tokens", promptTokens).member("total_tokens", totalTokens);
    return out.endObject().endObject().toBytes();
  }
}
