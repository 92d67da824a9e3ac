package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.FaultClass;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Counts;
import dev.caravan.pool.PoolState;
import dev.caravan.pool.PoolState.CredentialState;
import dev.caravan.pool.PoolState.CycleState;
import dev.caravan.pool.PoolState.PinState;
import dev.caravan.pool.PoolState.ScopeState;
import dev.caravan.pool.PoolState.ThrottleState;
import dev.caravan.pool.PoolState.WindowState;
import dev.caravan.pool.ScopeKind;
import dev.caravan.pool.Source;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written is read as the same. */
class StateJsonTest {
  private static final Counts COUNTS = new Counts(9, 6, 2, 100, 5, 4, 30, 7, 0.125, 1000, 2000);

  @Test
  void aCredentialComesBackWithEverything() throws IOException {
    ScopeState scope =
        new ScopeState(
            "pro",
            ScopeKind.GROUP,
            COUNTS,
            List.of(
                new WindowState("daily", COUNTS, 10, 20, 0, 15, 40, 12),
                new WindowState("5h", Counts.NONE, 0, 0, -1, 0, 0, 0)),
            new Cooldown(
                "pro",
                FaultClass.QUOTA_EXCEEDED,
                "custom_cap",
                Source.UPSTREAM,
                "RetryInfo \"5s\"\n☂",
                Instant.ofEpochMilli(1),
                Instant.ofEpochMilli(1_767_700_800_123L)),
            3,
            1234,
            5678,
            900_000,
            "quota_threshold",
            77,
            97);
    CredentialState state =
        new CredentialState(
            "a@b c",
            "ab12cd34ef56",
            "standard-tier",
            2,
            false,
            true,
            true,
            99,
            COUNTS,
            List.of(
                scope,
                new ScopeState(
                    "p/m", ScopeKind.MODEL, Counts.NONE, List.of(), null, 0, 0, 0, 0, null, 0, 0)));

    byte[] json = StateJson.credential(state);

    assertThat(new String(json, UTF_8)).doesNotContain("\n");
    assertThat(StateJson.credential("a@b c", json)).isEqualTo(state);
  }

  @Test
  void whatBelongsToTheWholePoolComesBack() throws IOException {
    PoolState state =
        new PoolState(
            "p",
            5,
            List.of(),
            List.of(new CycleState("pro", 2, 10, 3), new CycleState("p/m", -1, 0, 0)),
            List.of(new ThrottleState("*", FaultClass.OVERLOADED, "503", 1000)),
            List.of(new PinState(null, "id"), new PinState("session", "id2")));

    assertThat(StateJson.pool("p", StateJson.shared(state), List.of(), 5)).isEqualTo(state);
    assertThat(StateJson.pool("p", null, List.of(), 5).cycles()).isEmpty();
  }

  @Test
  void whatALaterVersionAddsIsPassedOver() throws IOException {
    CredentialState state =
        StateJson.credential(
            "id",
            """
            {"novel":{"a":[1,{"b":2}]},"totals":{"requests":3,"novel":1},"scopes":[{"scope":"p/m","kind":"galaxy","novel":[]},7]}
            """
                .getBytes(UTF_8));

    assertThat(state.totals().requests()).isEqualTo(3);
    assertThat(state.scopes()).singleElement().extracting(ScopeState::scope).isEqualTo("p/m");
  }
}
