package dev.caravan.dialect.hub;

/**
 * How this gateway is set to translate.
 *
 * @param estimateInput whether a stream begins with an estimate of the prompt's tokens, where the
 *     dialect tells them at the start and the provider does not
 * @param tellUser whether providers are told who asks, wherever their dialect has a place for it
 * @param largeBudgets whether an effort is worth the larger number of tokens, in dialects that have
 *     two scales of them
 */
public record Manner(boolean estimateInput, boolean tellUser, boolean largeBudgets) {
  public static final Manner DEFAULT = new Manner(true, false);

  public Manner(boolean estimateInput, boolean tellUser) {
    this(estimateInput, tellUser, false);
  }

  public Manner withLargeBudgets(boolean large) {
    return large == largeBudgets ? this : new Manner(estimateInput, tellUser, large);
  }
}
