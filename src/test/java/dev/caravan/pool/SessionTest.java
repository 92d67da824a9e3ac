package dev.caravan.pool;

import static dev.caravan.pool.TestPool.fail;
import static dev.caravan.pool.TestPool.limited;
import static dev.caravan.pool.TestPool.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.Earlier;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Conversations that stay on a credential (rotation.md 7.2). */
class SessionTest {

  private static TestPool oneAtATime() {
    return TestPool.of(Mode.SEQUENTIAL, 2, o -> o.maxConcurrent(1));
  }

  private static void bind(TestPool p, String session, String id) {
    Lease lease = p.lend(p.ask(session));
    assertThat(p.id(lease)).isEqualTo(id);
    succeed(lease);
  }

  @Test
  @DisplayName("rotation.md case 77, W12: a session waits for its own busy credential")
  void aSessionWaitsForItsOwnBusyCredential() throws InterruptedException {
    TestPool p = oneAtATime();
    bind(p, "S", "k1");
    Lease other = p.lend();
    assertThat(p.id(other)).isEqualTo("k1");
    Ask ask = p.ask("S");

    Choice.Wait wait = p.waits(ask);
    assertThat(wait.reason()).isEqualTo("session");
    assertThat(wait.atMost()).isEqualTo(Duration.ofSeconds(15));
    // it holds nobody up
    assertThat(p.id(p.lend())).isEqualTo("k2");
    p.time.passSeconds(3);
    succeed(other);

    assertThat(wait.place().await(Duration.ofSeconds(5))).isTrue();
    assertThat(p.id(p.lend(ask))).isEqualTo("k1");
    assertThat(p.time.secondsSinceStart()).isEqualTo(3);
  }

  @Test
  @DisplayName("rotation.md case 78: after fifteen seconds another serves this call, and only this")
  void afterFifteenSecondsAnotherServesThisCall() {
    TestPool p = oneAtATime();
    bind(p, "S", "k1");
    Lease busy = p.lend();
    Ask ask = p.ask("S");
    p.time.pass(p.waits(ask).atMost());

    Lease instead = p.lend(ask);
    assertThat(p.id(instead)).isEqualTo("k2");
    assertThat(p.time.secondsSinceStart()).isEqualTo(15);
    succeed(instead);
    succeed(busy);

    assertThat(p.id(p.lend(p.ask("S")))).isEqualTo("k1");
  }

  @Test
  void theWaitTakesHalfOfTheTimeThatIsLeftAtMost() {
    TestPool p = oneAtATime();
    bind(p, "S", "k1");
    p.lend();

    assertThat(p.waits(p.ask("S", "m", 10)).atMost()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aSessionWhoseCredentialRestsMovesForGood() {
    TestPool p = TestPool.sequential(2);
    bind(p, "S", "k1");
    fail(p.lend(), limited(20));

    bind(p, "S", "k2");
    p.time.passSeconds(21);

    assertThat(p.id(p.lend(p.ask("S")))).isEqualTo("k2");
  }

  @Test
  void aSilentSessionIsForgotten() {
    TestPool p = TestPool.sequential(2);
    fail(p.lend(), limited(20));
    bind(p, "S", "k2");
    p.time.passSeconds(299);
    bind(p, "S", "k2");
    p.time.passSeconds(300);
    p.use("k2", 1);
    p.pool.operator().disable("k2");

    bind(p, "S", "k1");
    p.pool.operator().enable("k2");
    assertThat(p.id(p.lend(p.ask("S")))).isEqualTo("k1");
  }

  @Test
  @DisplayName("rotation.md W24: balanced mode spreads sessions, and a loss moves its own alone")
  void balancedModeSpreadsSessionsAndALossMovesItsOwnAlone() {
    TestPool p = TestPool.of(Mode.BALANCED, 4, o -> o.optimalConcurrent(-1));
    Map<String, String> before = new HashMap<>();
    Map<String, Integer> shares = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      Lease lease = p.lend(p.ask("s" + i));
      before.put("s" + i, p.id(lease));
      shares.merge(p.id(lease), 1, Integer::sum);
      p.giveBack(lease);
    }
    assertThat(shares.values()).hasSize(4).allMatch(n -> n > 60 && n < 140);

    p.pool.operator().disable("k2");
    before.forEach(
        (session, id) -> {
          Lease lease = p.lend(p.ask(session));
          if (!id.equals("k2")) {
            assertThat(p.id(lease)).isEqualTo(id);
          }
          p.giveBack(lease);
        });
  }

  @Test
  void newSessionsCanBeSpreadInSequentialModeToo() {
    SessionRules spread =
        new SessionRules(Duration.ofSeconds(15), Duration.ofMinutes(5), 100, true);
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 3, o -> o.sessions(spread));

    bind(p, "a", "k1");
    bind(p, "b", "k2");
    bind(p, "c", "k3");
    bind(p, "a", "k1");
  }

  @Test
  void twoModelsOfOneConversationShareACredential() {
    TestPool p = TestPool.sequential(2);
    fail(p.lend(), limited(20));
    bind(p, "S", "k2");
    p.time.passSeconds(21);

    assertThat(p.id(p.lend(p.ask("S", "another", 30)))).isEqualTo("k2");
  }

  @Test
  @DisplayName("rotation.md W24: however many sessions there are, the table stays bounded")
  void howeverManySessionsThereAreTheTableStaysBounded() {
    TestPool p = TestPool.sequential(2);

    for (int i = 0; i < 30_000; i++) {
      succeed(p.lend(p.ask("session-" + i)));
    }

    assertThat(p.pool.view().sessions()).isLessThanOrEqualTo(10_000);
  }

  private static Ask after(TestPool p, String credential, long secondsAgo) {
    long at = (FakeTime.T - secondsAgo) * 1000;
    String fingerprint =
        p.pool.credentials().stream()
            .filter(c -> c.id().equals(credential))
            .findFirst()
            .orElseThrow()
            .fingerprint();
    return p.ask(Wish.ofSession("S", new Earlier("p", fingerprint, at)), "m", 30);
  }

  @Test
  void aConversationGoesOnWhereItsLastAnswerCameFrom() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 3, o -> o);

    Lease lease = p.lend(after(p, "k3", 60));
    assertThat(p.id(lease)).isEqualTo("k3");
    succeed(lease);

    assertThat(p.id(p.lend(p.ask("S")))).as("and is bound to it").isEqualTo("k3");
  }

  @Test
  void aCacheThatIsColdByNowIsNoReasonToStay() {
    TestPool p = TestPool.of(Mode.SEQUENTIAL, 3, o -> o);

    assertThat(p.id(p.lend(after(p, "k3", 301)))).isEqualTo("k1");
  }

  @Test
  void aBusyCredentialOfEarlierIsWaitedForAndServesTheNextCall() {
    TestPool p = oneAtATime();
    Lease busy = p.lend(after(p, "k2", 1));
    Ask ask = after(p, "k2", 1);
    assertThat(p.waits(ask).reason()).isEqualTo("session");
    p.time.passSeconds(15);

    Lease instead = p.lend(ask);
    assertThat(p.id(instead)).isEqualTo("k1");
    succeed(instead);
    succeed(busy);

    assertThat(p.id(p.lend(after(p, "k2", 1)))).isEqualTo("k2");
  }
}
