package dev.caravan.provider.google;

/** The same for Antigravity, which looks at no projects of the account's own (providers.md 6.9). */
public final class AntigravitySetup extends CodeAssistSetup {
  public AntigravitySetup() {
    super(Approach.ANTIGRAVITY);
  }

  @Override
  public String name() {
    return "antigravity";
  }
}
