package dev.caravan.route;

import dev.caravan.oauth.Accounts;

/** The bean {@code accounts}, which {@code routes/schedule.yaml} calls by the clock. */
public final class AccountCare {
  private final Accounts accounts;
  private final Runnable replan;

  /**
   * Care for the accounts of one set of routes.
   *
   * @param replan gives the pools the accounts that there are now
   */
  public AccountCare(Accounts accounts, Runnable replan) {
    this.accounts = accounts;
    this.replan = replan;
  }

  /**
   * Refreshes the accounts whose turn it is, in the background, and takes over new logins; the
   * number of refreshes that were begun.
   */
  public int tend() {
    int begun = accounts.tend();
    if (accounts.haveChanged()) {
      replan.run();
    }
    return begun;
  }
}
