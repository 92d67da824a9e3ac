package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.Fault;
import dev.caravan.call.FaultClass;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.Secret;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import dev.caravan.pool.Ask;
import dev.caravan.pool.Choice;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Mode;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.PoolView.State;
import dev.caravan.pool.Pools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pools know is there again after a restart. */
class PoolKeeperTest {
  private final Path home;
  private final List<StateHealth> alarms = new ArrayList<>();

  PoolKeeperTest(@TempDir Path home) {
    this.home = home;
  }

  /** One life of a gateway's pools. */
  private final class Life implements AutoCloseable {
    final Pools pools = new Pools(TimeSource.system(), new SplittableRandom(1));
    final PoolKeeper keeper;

    Life() {
      keeper =
          new PoolKeeper(
              new FileStore(home.resolve("state")),
              pools,
              new UsageImport(home.resolve("usage"), key -> "id-of-" + key),
              text -> text,
              alarms::add);
      pools.keepIn(keeper);
    }

    Pool pool(String... ids) {
      return pools.install(
          "p",
          PoolOptions.defaults(Mode.SEQUENTIAL),
          Stream.of(ids)
              .map(id -> new Credential(id, new Secret("sk-canary-" + id, "f" + id), id, 1))
              .toList());
    }

    @Override
    public void close() {
      keeper.close();
    }
  }

  private static void succeed(Pool pool) {
    ask(pool, new Outcome.Succeeded(new Usage(100, 0, 0, 20, 0, false)));
  }

  private static void fail(Pool pool, FaultClass kind, Duration hint) {
    ask(
        pool,
        new Outcome.Faulted(new Fault(kind, 429, hint, "status 429", "limited", null), Usage.NONE));
  }

  private static void ask(Pool pool, Outcome outcome) {
    Deadline deadline = Deadline.in(Duration.ofSeconds(5), TimeSource.system());
    Call call = new Call("1", "c", "openai-chat", "p/m", false, deadline);
    Ask ask = pool.ask(call, new ModelName("p", "m"));
    if (pool.choose(ask) instanceof Choice.Lent(var lease)) {
      lease.settle(outcome);
    } else {
      throw new AssertionError("nothing was lent");
    }
  }

  private static PoolView.CredentialView view(Pool pool, String id) {
    return pool.view().credentials().stream()
        .filter(credential -> credential.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void countsAndCooldownsAreThereAgain() {
    try (Life first = new Life()) {
      Pool pool = first.pool("a", "b");
      succeed(pool);
      succeed(pool);
      fail(pool, FaultClass.QUOTA_EXCEEDED, Duration.ofHours(5));
    }
    try (Life second = new Life()) {
      Pool pool = second.pool("a", "b");

      assertThat(view(pool, "a").totals().requests()).isEqualTo(3);
      assertThat(view(pool, "a").totals().prompt()).isEqualTo(200);
      assertThat(view(pool, "a").state()).isEqualTo(State.COOLING);
      assertThat(view(pool, "a").cooldowns().getFirst().cooldown().evidence())
          .isEqualTo("status 429");
      assertThat(view(pool, "b").totals().requests()).isZero();
    }
  }

  @Test
  void whatAnOperatorHasOrderedIsThereAgain() {
    try (Life first = new Life()) {
      Pool pool = first.pool("a", "b");
      pool.operator().disable("a");
      pool.operator().pin(null, "b");
      pool.operator().throttle(null, Duration.ofHours(1), "maintenance");
    }
    try (Life second = new Life()) {
      PoolView view = second.pool("a", "b").view();

      assertThat(view.credentials().getFirst().state()).isEqualTo(State.DISABLED);
      assertThat(view.pinnedTo()).isEqualTo("b");
      assertThat(view.throttles()).hasSize(1);
    }
  }

  @Test
  void aCredentialThatIsGoneForAWhileKeepsItsHistory() {
    try (Life first = new Life()) {
      succeed(first.pool("a"));
    }
    try (Life second = new Life()) {
      succeed(second.pool("b"));
    }
    try (Life third = new Life()) {
      assertThat(view(third.pool("a", "b"), "a").totals().requests()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("rotation.md W19: no state file holds a secret")
  void noFileHoldsASecret() throws IOException {
    try (Life life = new Life()) {
      succeed(life.pool("a", "b"));
    }

    try (Stream<Path> files = Files.walk(home)) {
      assertThat(files.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("canary"));
    }
  }

  @Test
  void aUsageFileIsTakenOverOnceAndStaysAsItIs() throws IOException {
    Path file = Files.createDirectories(home.resolve("usage")).resolve("usage_p.json");
    String text =
        """
        {"schema_version":2,"credentials":{"x":{"accessor":"a","totals":{"request_count":7},
          "model_usage":{},"group_usage":{},"cooldowns":{},"fair_cycle":{}}}}
        """;
    Files.writeString(file, text);
    try (Life first = new Life()) {
      Pool pool = first.pool("id-of-a", "b");
      assertThat(view(pool, "id-of-a").totals().requests()).isEqualTo(7);
      succeed(pool);
    }
    Files.writeString(file, text.replace(":7", ":99"));
    try (Life second = new Life()) {
      Pool pool = second.pool("id-of-a", "b");

      assertThat(view(pool, "id-of-a").totals().requests()).isEqualTo(8);
      assertThat(file).content().contains(":99");
    }
  }

  @Test
  void aReloadTakesTheHigherCountsAndReplacesThemOnDemand() {
    try (Life life = new Life()) {
      Pool pool = life.pool("a");
      succeed(pool);
      life.keeper.reload(pool, null, false);
      assertThat(view(pool, "a").totals().requests()).isEqualTo(1);
    }
  }

  @Test
  void filesThatAreDamagedAreToldOfAndTheRestIsThere() throws IOException {
    try (Life first = new Life()) {
      Pool pool = first.pool("a");
      succeed(pool);
    }
    Files.write(home.resolve("state/pools-9.journal"), "PK\3\4 not ours\n".getBytes(UTF_8));
    try (Life second = new Life()) {
      assertThat(view(second.pool("a"), "a").totals().requests()).isEqualTo(1);
      assertThat(second.keeper.health().isGood()).isFalse();
      assertThat(second.keeper.health().complaint()).contains("not a state file");
    }
    assertThat(alarms).isNotEmpty();
  }
}
