package dev.caravan.dialect.hub;

/**
 * How this gateway is set to translate.
 *
 * @param estimateInput whether a stream begins with an estimate of the prompt's tokens, where the
 *     dialect tells them at the start and the provider does not
 * @param tellUser whether providers are told who asks, wherever their dialect has a place for it
 * @param markCaches whether requests get marks for the provider's prompt cache, where its dialect
 *     keeps them and the client placed none
 * @param largeBudgets whether an effort is worth the larger number of tokens, in dialects that have
 *     two scales of them
 */
public record Manner(
    boolean estimateInput, boolean tellUser, boolean markCaches, boolean largeBudgets) {
  public static final Manner DEFAULT = new Manner(true, false, false);

  public Manner(boolean estimateInput, boolean tellUser, boolean markCaches) {
    this(estimateInput, tellUser, markCaches, false);
  }

  public Manner withLargeBudgets(boolean large) {
    return large == largeBudgets ? this : new Manner(estimateInput, tellUser, markCaches, large);
  }
}
