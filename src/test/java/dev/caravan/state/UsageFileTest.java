package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.call.FaultClass;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Counts;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.PoolState;
import dev.caravan.pool.PoolState.CredentialState;
import dev.caravan.pool.PoolState.ScopeState;
import dev.caravan.pool.PoolState.WindowState;
import dev.caravan.pool.ScopeKind;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the files of the reference implementation (rotation.md 4.6) become here. */
class UsageFileTest {
  private static final Fingerprints FINGERPRINTS = Fingerprints.of("key".getBytes(UTF_8));
  private static final long NOW = 1_767_700_900_000L;
  private static final String KEY = "gsk_canary_0123456789";

  // the key's stable id is the head of its SHA-256, as the reference writes it
  private static final String SCHEMA_2 =
      """
      {"schema_version":2,"updated_at":"2026-01-07T12:00:00+00:00","credentials":{
        "d03f4ed8b2c1":{"provider":"groq","accessor":"gsk_canary_0123456789","display_name":null,"tier":null,"priority":null,
          "model_usage":{"groq/llama":{"windows":{"daily":{"request_count":7,"success_count":6,"failure_count":1,"prompt_tokens":100,
               "completion_tokens":20,"thinking_tokens":3,"prompt_tokens_cache_read":5,"prompt_tokens_cache_write":2,"output_tokens":23,
               "total_tokens":130,"approx_cost":0.25,"started_at":1767700000.5,"started_at_human":"2026-01-06 12:00:00","reset_at":1767786400.5,
               "limit":250,"max_recorded_requests":99,"max_recorded_at":1767600000.0,"first_used_at":1767700000.5,"last_used_at":1767700800.0}},
             "totals":{"request_count":1000}}},
          "group_usage":{"pro":{"windows":{},"totals":{"request_count":11}}},
          "totals":{"request_count":1011,"approx_cost":1.5},
          "cooldowns":{
            "groq/llama":{"reason":"rate_limit","until":1767700850.0,"started_at":1767700800.0,"source":"error","backoff_count":2},
            "pro":{"reason":"quota_exceeded","until":1768262476.0,"started_at":1767700800.0,"source":"api_quota","model_or_group":"pro","backoff_count":1}},
          "fair_cycle":{"pro":{"exhausted":true,"exhausted_at":1767700800.0,"exhausted_reason":"cooldown_quota_exceeded","cycle_request_count":97}},
          "optimal_concurrent":-1,"max_concurrent":-1,"created_at":1767000000.0,"last_updated":1767700800.0},
        "user@example.com":{"provider":"groq","accessor":"/data/oauth_creds/groq_oauth_1.json","tier":"standard-tier","priority":2,
          "model_usage":{},"group_usage":{},"totals":{"request_count":3},"cooldowns":{},"fair_cycle":{}}},
       "accessor_index":{"gsk_canary_0123456789":"d03f4ed8b2c1"},
       "fair_cycle_global":{"groq":{"pro":{"cycle_start":1767000000.0,"all_exhausted_at":null,"cycle_count":3}}}}
      """;

  private static PoolState read(String json) throws IOException {
    return new UsageFile("groq", FINGERPRINTS::fingerprint, NOW).read(json.getBytes(UTF_8));
  }

  private static ScopeState scope(CredentialState credential, String name) {
    return credential.scopes().stream()
        .filter(scope -> scope.scope().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aKeyInClearBecomesTheFingerprintOfItsCredential() throws IOException {
    PoolState state = read(SCHEMA_2);

    assertThat(state.credentials())
        .extracting(CredentialState::id)
        .containsExactly(FINGERPRINTS.fingerprint(KEY), "user@example.com");
    assertThat(state.toString()).doesNotContain("canary");
  }

  @Test
  void countsWindowsAndTotalsKeepTheirFigures() throws IOException {
    CredentialState credential = read(SCHEMA_2).credentials().getFirst();

    assertThat(credential.totals().requests()).isEqualTo(1011);
    assertThat(credential.totals().cost()).isEqualTo(1.5);
    ScopeState model = scope(credential, "groq/llama");
    assertThat(model.kind()).isEqualTo(ScopeKind.MODEL);
    assertThat(model.totals().requests()).isEqualTo(1000);
    assertThat(model.windows())
        .containsExactly(
            new WindowState(
                "daily",
                new Counts(7, 6, 1, 100, 5, 2, 20, 3, 0.25, 1767700000500L, 1767700800000L),
                1767700000500L,
                1767786400500L,
                250,
                0,
                99,
                1767600000000L));
    assertThat(scope(credential, "pro").kind()).isEqualTo(ScopeKind.GROUP);
    assertThat(scope(credential, "pro").totals().requests()).isEqualTo(11);
  }

  @Test
  void aRunningCooldownIsKeptAndMayBeAskedAboutAtOnce() throws IOException {
    CredentialState credential = read(SCHEMA_2).credentials().getFirst();

    ScopeState group = scope(credential, "pro");
    Cooldown cooldown = Objects.requireNonNull(group.cooldown());
    assertThat(cooldown.kind()).isEqualTo(FaultClass.QUOTA_EXCEEDED);
    assertThat(cooldown.until()).isEqualTo(Instant.ofEpochSecond(1768262476));
    assertThat(cooldown.evidence()).contains("usage_groq.json");
    assertThat(group.nextProbe()).isEqualTo(NOW);
    assertThat(group.failuresInRow()).isEqualTo(1);
    assertThat(group.mark()).isEqualTo("cooldown_quota_exceeded");
    assertThat(group.cycleRequests()).isEqualTo(97);
    assertThat(scope(credential, "groq/llama").cooldown()).as("it is over").isNull();
  }

  @Test
  void fairCyclesGoOn() throws IOException {
    assertThat(read(SCHEMA_2).cycles())
        .singleElement()
        .satisfies(
            cycle -> {
              assertThat(cycle.scope()).isEqualTo("pro");
              assertThat(cycle.startedAt()).isEqualTo(1767000000000L);
              assertThat(cycle.cycles()).isEqualTo(3);
            });
  }

  @Test
  @DisplayName("rotation.md case 84: schema 1 is keyed by path, and its window total is dropped")
  void schemaOneIsKeyedByPathAndItsTotalWindowIsDropped() throws IOException {
    PoolState state =
        read(
            """
            {"credentials":{
              "/data/a.json":{"stable_id":"a@example.com","totals":{"request_count":5},
                "model_usage":{"groq/m":{"windows":{"total":{"request_count":5},"daily":{"request_count":2}},"totals":{"request_count":5}}}},
              "/data/b.json":{"totals":{"request_count":6}}}}
            """);

    assertThat(state.credentials())
        .extracting(CredentialState::id)
        .containsExactly("a@example.com", "/data/b.json");
    assertThat(state.credentials())
        .extracting(credential -> credential.totals().requests())
        .containsExactly(5L, 6L);
    assertThat(scope(state.credentials().getFirst(), "groq/m").windows())
        .extracting(WindowState::name)
        .containsExactly("daily");
  }

  @Test
  void anEntryOfAnotherShapeTakesNothingElseAway() throws IOException {
    PoolState state =
        read(
            """
            {"schema_version":2,"credentials":{
              "bad":17,
              "odd":{"accessor":"k","totals":"none","model_usage":[1],"cooldowns":{"x":{"until":"soon"}},"fair_cycle":null},
              "good":{"accessor":"k2","totals":{"request_count":6}}}}
            """);

    assertThat(state.credentials()).hasSize(2);
    assertThat(state.credentials().getLast().totals().requests()).isEqualTo(6);
  }

  @Test
  void aLaterSchemaAndWhatIsNoUsageFileAreRefusedInWords() {
    assertThatThrownBy(() -> read("{\"schema_version\":3,\"credentials\":{}}"))
        .hasMessage("it has schema 3, and up to 2 is known");
    assertThatThrownBy(() -> read("{}")).hasMessage("it holds no credentials");
    assertThatThrownBy(() -> read("[]")).hasMessage("it is no JSON object");
    assertThatThrownBy(() -> read("{\"credentials\":{\"a\":{\"tot"))
        .isInstanceOf(IOException.class);
  }
}
