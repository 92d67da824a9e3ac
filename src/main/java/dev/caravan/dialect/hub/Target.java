package dev.caravan.dialect.hub;

/**
 * What a request is written for.
 *
 * @param model the provider's own name of it
 * @param askForUsage whether the provider can be asked to report the usage of streams
 * @param names of tools, filled by the writer and used for the answer
 * @param tellUser whether the provider is told who asks, also by a client of another dialect
 * @param largeBudgets whether an effort is worth the larger number of tokens
 * @param losses what the writer has to leave out
 */
public record Target(
    String model,
    boolean askForUsage,
    boolean tellUser,
    boolean largeBudgets,
    ToolNames names,
    Losses losses) {

  public Target(
      String model, boolean askForUsage, boolean tellUser, ToolNames names, Losses losses) {
    this(model, askForUsage, tellUser, false, names, losses);
  }
}
