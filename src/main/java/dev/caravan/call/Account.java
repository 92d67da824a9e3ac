package dev.caravan.call;

import java.util.Optional;

/**
 * A subscription that pays for calls with tokens that change (providers.md 2). Thread-safe; its
 * methods may wait for a refresh, on virtual threads and never on an event loop.
 */
public interface Account {

  /**
   * A token that has not expired. Who comes while it is being refreshed waits for that one refresh.
   *
   * @throws AccountUnusable if there is none within the deadline
   */
  Access access(Deadline deadline) throws AccountUnusable;

  /**
   * Another token than one that the provider has refused, for one more try with the same account.
   *
   * @return nothing if there is no other
   */
  Optional<Access> renewed(Access refused, Deadline deadline);
}
