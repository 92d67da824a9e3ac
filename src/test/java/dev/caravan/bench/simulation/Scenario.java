package dev.caravan.bench.simulation;

import java.time.Duration;
import java.util.List;

/**
 * A world to be simulated.
 *
 * @param name for the report
 * @param story one sentence for the report
 * @param providers how many
 * @param credentials of all providers together
 * @param groups quota groups a provider has, each with two models; 0 for one model without group
 * @param tiers plans; a credential of the second has half the quota, of the third a third
 * @param quota calls that a window allows to a credential of the first tier, in each group; 0 for
 *     no quota
 * @param spread how much that differs: 0.6 for 40 to 160 % of it
 * @param window from the first call of it; each credential is somewhere in one at the start
 * @param perMinute calls a minute that a credential may make, 0 for any
 * @param revoked share of the credentials that answer 401
 * @param claim what a provider tells of the end of a used-up quota
 * @param bad hours of the providers, the same for each
 * @param requests how many arrive
 * @param time over which they arrive evenly
 * @param budget of a request, in which attempts may start
 * @param seed of all that is by chance
 */
record Scenario(
    String name,
    String story,
    int providers,
    int credentials,
    int groups,
    int tiers,
    int quota,
    double spread,
    Duration window,
    int perMinute,
    double revoked,
    Claim claim,
    List<Trouble> bad,
    long requests,
    Duration time,
    Duration budget,
    long seed) {

  /** What a provider tells of the end of a used-up quota. */
  enum Claim {
    TRUE,
    /** Eighteen days, whatever is right. */
    MUCH_TOO_LONG,
    /** A tenth of what is right. */
    TOO_SHORT,
    NOTHING
  }

  /** What goes wrong with a provider as a whole. */
  enum Fault {
    /** 503 for every key. */
    DOWN,
    /** 500 for every key. */
    BROKEN,
    /** 429 without a hint for every key: the address of the host is limited. */
    ADDRESS_LIMITED
  }

  /** A bad hour. */
  record Trouble(Fault fault, Duration from, Duration to) {}

  int groupsOrOne() {
    return Math.max(1, groups);
  }
}
