package dev.caravan.route;

import dev.caravan.oauth.Accounts;
import java.util.function.BooleanSupplier;

/** The bean {@code accounts}, which {@code routes/schedule.yaml} calls by the clock. */
public final class AccountCare {
  private final Accounts accounts;
  private final BooleanSupplier replan;
  private final Runnable renew;

  /**
   * Care for the accounts of one set of routes.
   *
   * @param replan gives the pools the accounts that there are now; true when one is of a provider
   *     that these routes do not serve
   * @param renew has the routes built anew
   */
  public AccountCare(Accounts accounts, BooleanSupplier replan, Runnable renew) {
    this.accounts = accounts;
    this.replan = replan;
    this.renew = renew;
  }

  /**
   * Refreshes the accounts whose turn it is, in the background, and takes over new logins; the
   * number of refreshes that were begun.
   */
  public int tend() {
    int begun = accounts.tend();
    if (accounts.haveChanged() && replan.getAsBoolean()) {
      renew.run();
    }
    return begun;
  }
}
