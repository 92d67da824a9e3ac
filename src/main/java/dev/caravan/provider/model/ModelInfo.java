package dev.caravan.provider.model;

import java.util.Set;

/**
 * What is known of one model (http-api.md 12.2). Immutable; what is not known is 0 or empty.
 *
 * @param id vendor and model as public tables have them, {@code anthropic/claude-opus-4-5}
 * @param name for people, empty when no source has one
 * @param price UNKNOWN rates where no price is known; a rate of 0 is free
 * @param context tokens of prompt and answer together at most
 * @param maxOutput tokens of an answer at most
 * @param mode {@code chat}, {@code embedding} or {@code rerank}
 * @param inputs text, image, audio, video, pdf
 * @param outputs the same
 * @param abilities what it can do
 * @param released {@code 2025-03-20}
 * @param knowledge until when it knows the world, {@code 2025-01}
 * @param source where this was read: {@code user_file}, {@code snapshot}, {@code openrouter},
 *     {@code modelsdev}
 */
public record ModelInfo(
    String id,
    String name,
    Price price,
    long context,
    long maxOutput,
    String mode,
    Set<Modality> inputs,
    Set<Modality> outputs,
    Set<Ability> abilities,
    String released,
    String knowledge,
    String source) {

  /** What goes in or comes out; the letter stands for it in the snapshot. */
  public enum Modality {
    TEXT('T'),
    IMAGE('I'),
    AUDIO('A'),
    VIDEO('V'),
    PDF('P');

    final char letter;

    Modality(char letter) {
      this.letter = letter;
    }
  }

  /** What a model can do; the letter stands for it in the snapshot. */
  public enum Ability {
    TOOLS('t'),
    TOOL_CHOICE('c'),
    REASONING('r'),
    STRUCTURED_OUTPUT('s'),
    SYSTEM_MESSAGES('m'),
    ASSISTANT_PREFILL('p'),
    ATTACHMENTS('a'),
    NO_TEMPERATURE('x'),
    OPEN_WEIGHTS('w'),
    INTERLEAVED('i');

    final char letter;

    Ability(char letter) {
      this.letter = letter;
    }
  }

  public boolean can(Ability ability) {
    return abilities.contains(ability);
  }

  public boolean sees() {
    return inputs.contains(Modality.IMAGE);
  }

  /** The same without a price: what is true of a paid model may not be of its free twin. */
  ModelInfo unpriced() {
    return new ModelInfo(
        id,
        name,
        Price.NONE,
        context,
        maxOutput,
        mode,
        inputs,
        outputs,
        abilities,
        released,
        knowledge,
        source);
  }

  /** These facts where there are any, those of the other where not. */
  ModelInfo over(ModelInfo other) {
    return new ModelInfo(
        id,
        name.isEmpty() ? other.name : name,
        price.isKnown() ? price : other.price,
        context > 0 ? context : other.context,
        maxOutput > 0 ? maxOutput : other.maxOutput,
        mode.isEmpty() ? other.mode : mode,
        inputs.isEmpty() ? other.inputs : inputs,
        outputs.isEmpty() ? other.outputs : outputs,
        abilities.isEmpty() ? other.abilities : abilities,
        released.isEmpty() ? other.released : released,
        knowledge.isEmpty() ? other.knowledge : knowledge,
        source);
  }
}
