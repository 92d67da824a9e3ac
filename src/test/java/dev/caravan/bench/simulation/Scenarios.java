package dev.caravan.bench.simulation;

import dev.caravan.bench.simulation.Scenario.Claim;
import dev.caravan.bench.simulation.Scenario.Fault;
import dev.caravan.bench.simulation.Scenario.Trouble;
import java.time.Duration;
import java.util.List;

/** What is simulated. */
final class Scenarios {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration BUDGET = Duration.ofSeconds(30);

  private Scenarios() {}

  private static Duration hours(double hours) {
    return Duration.ofMinutes(Math.round(hours * 60));
  }

  static Scenario healthy() {
    return new Scenario(
        "healthy, with quotas",
        "200 keys of 4 providers, each with a hidden quota of 200 to 800 calls in 5 h, and 60 a minute; asked for 90 % of what they give.",
        4,
        200,
        0,
        1,
        500,
        0.6,
        hours(5),
        60,
        0,
        Claim.TRUE,
        List.of(),
        432_000,
        DAY,
        BUDGET,
        1);
  }

  static List<Scenario> all() {
    return List.of(
        healthy(),
        new Scenario(
            "more asked than there is",
            "the same keys, asked for 130 % of what they give.",
            4,
            200,
            0,
            1,
            500,
            0.6,
            hours(5),
            60,
            0,
            Claim.TRUE,
            List.of(),
            624_000,
            DAY,
            BUDGET,
            2),
        new Scenario(
            "tiers and quota groups",
            "60 accounts of 2 providers in 3 plans, 3 quota groups with 2 models each, about 600, 300 or 200 calls a day in each group.",
            2,
            60,
            3,
            3,
            600,
            0.6,
            DAY,
            0,
            0,
            Claim.TRUE,
            List.of(),
            56_000,
            DAY,
            BUDGET,
            3),
        new Scenario(
            "a fifth of the keys revoked",
            "100 keys of 2 providers, one in five answers 401 for ever.",
            2,
            100,
            0,
            1,
            0,
            0,
            DAY,
            60,
            0.2,
            Claim.TRUE,
            List.of(),
            200_000,
            DAY,
            BUDGET,
            4),
        new Scenario(
            "reset times much too long",
            "40 keys of 2 providers, 120 to 480 calls an hour; each quota error says eighteen days.",
            2,
            40,
            0,
            1,
            300,
            0.6,
            hours(1),
            0,
            0,
            Claim.MUCH_TOO_LONG,
            List.of(),
            230_000,
            DAY,
            BUDGET,
            5),
        new Scenario(
            "reset times too short",
            "the same keys; each quota error says a tenth of the time that it really takes.",
            2,
            40,
            0,
            1,
            300,
            0.6,
            hours(1),
            0,
            0,
            Claim.TOO_SHORT,
            List.of(),
            230_000,
            DAY,
            BUDGET,
            6),
        new Scenario(
            "no reset times",
            "the same keys; no quota error tells when it ends.",
            2,
            40,
            0,
            1,
            300,
            0.6,
            hours(1),
            0,
            0,
            Claim.NOTHING,
            List.of(),
            230_000,
            DAY,
            BUDGET,
            7),
        outage(
            "outage, 503",
            "20 keys of a provider that answers 503 to every key for ten minutes, twice.",
            Fault.DOWN,
            8),
        outage("outage, 500", "the same with 500.", Fault.BROKEN, 9),
        outage(
            "address of the host limited",
            "the same with 429 for every key, without a hint.",
            Fault.ADDRESS_LIMITED,
            10));
  }

  private static Scenario outage(String name, String story, Fault fault, long seed) {
    Duration ten = Duration.ofMinutes(10);
    return new Scenario(
        name,
        story,
        1,
        20,
        0,
        1,
        0,
        0,
        DAY,
        0,
        0,
        Claim.TRUE,
        List.of(
            new Trouble(fault, hours(1), hours(1).plus(ten)),
            new Trouble(fault, hours(3), hours(3).plus(ten))),
        28_800,
        hours(4),
        BUDGET,
        seed);
  }

  /** As large as it gets; takes minutes. */
  static Scenario huge() {
    return new Scenario(
        "50,000 keys",
        "50,000 keys of 20 providers in 2 plans with 2 quota groups, about 200 or 100 calls a day in each; 10 million requests.",
        20,
        50_000,
        2,
        2,
        200,
        0.6,
        DAY,
        0,
        0,
        Claim.TRUE,
        List.of(),
        10_000_000,
        DAY,
        BUDGET,
        11);
  }
}
