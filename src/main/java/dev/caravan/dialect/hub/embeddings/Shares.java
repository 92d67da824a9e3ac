package dev.caravan.dialect.hub.embeddings;

import dev.caravan.dialect.hub.Raw;
import java.util.ArrayList;
import java.util.List;

/**
 * One answer among several requests that were asked as one (http-api.md 10.1): each gets its own
 * vectors, and of what was billed a share in proportion to its tokens. The shares add up to the
 * whole exactly; what does not divide goes to the largest.
 */
public final class Shares {
  private Shares() {}

  /** The requests as one; all ask for the same but for their inputs. */
  public static EmbeddingRequest joined(List<EmbeddingRequest> requests) {
    List<Raw> inputs = new ArrayList<>();
    requests.forEach(request -> inputs.addAll(request.inputs()));
    return requests.getFirst().with(inputs);
  }

  /** The answer to {@link #joined}, taken apart in the same order. */
  public static List<EmbeddingAnswer> of(EmbeddingAnswer answer, List<EmbeddingRequest> requests) {
    long[] weights = requests.stream().mapToLong(EmbeddingRequest::tokens).toArray();
    long[] prompts = divided(answer.promptTokens(), weights);
    long[] extras = divided(answer.totalTokens() - answer.promptTokens(), weights);
    List<EmbeddingAnswer> shares = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < requests.size(); i++) {
      int to = from + requests.get(i).inputs().size();
      shares.add(
          new EmbeddingAnswer(
              answer.vectors().subList(from, to),
              prompts[i],
              prompts[i] + extras[i],
              answer.estimated()));
      from = to;
    }
    return shares;
  }

  static long[] divided(long whole, long[] weights) {
    long sum = 0;
    int largest = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      largest = weights[i] > weights[largest] ? i : largest;
    }
    long[] parts = new long[weights.length];
    long given = 0;
    for (int i = 0; i < weights.length; i++) {
      parts[i] = sum == 0 ? 0 : (long) ((double) whole * weights[i] / sum);
      given += parts[i];
    }
    parts[largest] += whole - given;
    return parts;
  }
}
