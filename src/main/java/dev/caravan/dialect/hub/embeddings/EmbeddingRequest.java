package dev.caravan.dialect.hub.embeddings;

import dev.caravan.dialect.Span;
import dev.caravan.dialect.hub.Raw;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for embeddings (http-api.md 10). Immutable.
 *
 * @param model what the client asked for
 * @param modelAt where it stands in the client's body, quotes included
 * @param inputs at least one; each a JSON string that is not empty, or an array of token numbers
 * @param dimensions of the vectors, null when nothing was said
 * @param format {@code float} or {@code base64} as a JSON string, null when nothing was said
 * @param inputType what the texts are for, null when nothing was said
 * @param user an id of whoever asks, null when nothing was said
 * @param others members that are handed on as they are, by name
 */
public record EmbeddingRequest(
    String model,
    Span modelAt,
    List<Raw> inputs,
    @Nullable Long dimensions,
    @Nullable Raw format,
    @Nullable Raw inputType,
    @Nullable Raw user,
    Map<String, Raw> others) {

  public EmbeddingRequest {
    inputs = List.copyOf(inputs);
  }

  /** Whether the client wants each vector as base64 of 32-bit floats, the lowest byte first. */
  public boolean wantsBase64() {
    return format != null && format.toString().equals("\"base64\"");
  }

  /** Whether an input is token numbers instead of a text. */
  public boolean hasTokenInputs() {
    return inputs.stream().anyMatch(input -> !input.isString());
  }

  /** About how many tokens all inputs are. */
  public long tokens() {
    long tokens = 0;
    for (Raw input : inputs) {
      tokens += tokensOf(input);
    }
    return tokens;
  }

  /** The same for some of the inputs. */
  public EmbeddingRequest with(List<Raw> some) {
    return new EmbeddingRequest(model, modelAt, some, dimensions, format, inputType, user, others);
  }

  /** The same without a wish for a number of dimensions. */
  public EmbeddingRequest withoutDimensions() {
    return new EmbeddingRequest(model, modelAt, inputs, null, format, inputType, user, others);
  }

  /**
   * About how many tokens one input is: four ASCII characters make one, of other characters each
   * byte pair; of an array of numbers each is one.
   */
  public static long tokensOf(Raw input) {
    int marks = 0;
    int commas = 0;
    for (int i = input.start(); i < input.end(); i++) {
      byte b = input.bytes()[i];
      marks += b < 0 ? 2 : 1;
      commas += b == ',' ? 1 : 0;
    }
    return input.isArray() ? commas + 1 : Math.max(1, (marks + 1) / 4);
  }
}
