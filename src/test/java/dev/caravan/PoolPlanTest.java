package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.config.Configuration;
import dev.caravan.pool.Cap;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Fingerprints;
import dev.caravan.pool.Mode;
import dev.caravan.pool.NoResetPolicy;
import dev.caravan.pool.PoolOptions;
import dev.caravan.pool.RateLimitScope;
import dev.caravan.pool.ResetMode;
import dev.caravan.provider.ApiKey;
import dev.caravan.provider.Provider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files and the environment say of a pool reaches it (rotation.md 2). */
class PoolPlanTest {
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  @TempDir
  Path home;

  private final Provider provider = Provider.named("acme");

  private PoolPlan plan(Map<String, String> environment) {
    return new PoolPlan(Configuration.load(home, Map.of(), environment), provider);
  }

  private PoolOptions options(Map<String, String> environment) {
    return plan(environment).options();
  }

  @Test
  @DisplayName("rotation.md case 68, W17: a cap for several tiers is one for each of them")
  void aCapForSeveralTiersIsOneForEachOfThem() {
    provider.setQuotaGroups(Map.of("pro", "big", "25flash", "small"));

    List<Cap> caps =
        options(
                Map.of(
                    "CUSTOM_CAP_ACME_T2_3_PRO", "5",
                    "CUSTOM_CAP_COOLDOWN_ACME_T2_3_PRO", "fixed:60",
                    "CUSTOM_CAP_ACME_TDEFAULT_GPT_4_1", "80%",
                    "CUSTOM_CAP_OTHER_T1_PRO", "9"))
            .caps();

    Cap.Rest minute = new Cap.Rest.Fixed(60);
    assertThat(caps)
        .containsExactlyInAnyOrder(
            new Cap(OptionalInt.of(2), "pro", new Cap.Limit.Absolute(5), minute),
            new Cap(OptionalInt.of(3), "pro", new Cap.Limit.Absolute(5), minute),
            new Cap(
                OptionalInt.empty(),
                "gpt-4-1",
                new Cap.Limit.Percent(80),
                new Cap.Rest.UntilReset()));
  }

  @Test
  void aCapThatCannotBeReadIsTold() {
    PoolPlan plan = plan(Map.of("CUSTOM_CAP_ACME_T1_PRO", "lots"));

    assertThat(plan.options().caps()).isEmpty();
    assertThat(plan.findings())
        .singleElement()
        .asString()
        .contains("CUSTOM_CAP_ACME_T1_PRO")
        .contains("80%");
  }

  @Test
  void aCapThatCanMatchNothingIsTold() {
    provider.setQuotaGroups(Map.of("pro", "big"));
    PoolPlan plan = plan(Map.of("CUSTOM_CAP_ACME_T1_PORO", "5"));

    assertThat(plan.idleCaps(plan.options())).singleElement().asString().contains("poro");
  }

  @Test
  void theEnvironmentSaysHowFairCyclesGo() {
    PoolOptions options =
        options(
            Map.of(
                "FAIR_CYCLE_ACME", "true",
                "FAIR_CYCLE_TRACKING_MODE_ACME", "credential",
                "FAIR_CYCLE_CROSS_TIER_ACME", "yes",
                "FAIR_CYCLE_DURATION_ACME", "3600",
                "FAIR_CYCLE_QUOTA_THRESHOLD_ACME", "0.5",
                "FAIR_CYCLE_RESET_COOLDOWN_THRESHOLD_ACME", "30",
                "EXHAUSTION_COOLDOWN_THRESHOLD", "600"));

    assertThat(options.fairCycle().enabled()).isTrue();
    assertThat(options.fairCycle().byCredential()).isTrue();
    assertThat(options.fairCycle().crossTier()).isTrue();
    assertThat(options.fairCycle().duration()).isEqualTo(Duration.ofHours(1));
    assertThat(options.fairCycle().quotaThreshold()).isEqualTo(0.5);
    assertThat(options.fairCycle().resetThreshold()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.fairCycle().exhaustionThreshold()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options(Map.of()).fairCycle().enabled()).isFalse();
    provider.setRotation("sequential");
    assertThat(options(Map.of()).fairCycle().enabled()).isTrue();
    assertThat(options(Map.of("FAIR_CYCLE_ENABLED_ACME", "no")).fairCycle().enabled()).isFalse();
  }

  @Test
  void multipliersComeFromTheFileAndTheEnvironmentWins() {
    provider.setMaxConcurrent(2);
    provider.setSlotMultipliers("1=4, balanced 2=3");
    PoolOptions options =
        options(
            Map.of(
                "CONCURRENCY_MULTIPLIER_ACME_PRIORITY_1", "10",
                "CONCURRENCY_MULTIPLIER_ACME_PRIORITY_3_SEQUENTIAL", "5",
                "SEQUENTIAL_FALLBACK_MULTIPLIER_ACME", "2"));

    assertThat(options.multipliers().max()).isEqualTo(Map.of(1, 10));
    assertThat(options.multipliers().maxByMode())
        .isEqualTo(Map.of(Mode.BALANCED, Map.of(2, 3), Mode.SEQUENTIAL, Map.of(3, 5)));
    assertThat(options.multipliers().fallback()).isEqualTo(2);
  }

  @Test
  void windowsEndWhenTheFileOrTheEnvironmentSays() {
    provider.setWindows("daily, 168h limit 100");
    PoolOptions options = options(Map.of("DAILY_RESET_UTC", "05:30"));

    assertThat(options.windows().getFirst().mode()).isEqualTo(ResetMode.FIXED_DAILY);
    assertThat(options.windows().getFirst().at()).isEqualTo(LocalTime.of(5, 30));
    assertThat(options.windows().get(1).limit()).isEqualTo(100);

    provider.setWindows("every full moon");
    PoolPlan wrong = plan(Map.of("DAILY_RESET_UTC", "noon"));
    assertThat(wrong.options().windows()).hasSize(1);
    assertThat(wrong.findings()).hasSize(2);
  }

  @Test
  void theRestOfTheSettingsIsReal() {
    provider.setRateLimitScope("ip");
    provider.setModelWeights("large=2");
    provider.setRequiredPriorities("large=1");
    PoolOptions options =
        options(
            Map.of(
                "PIN_CREDENTIAL_ACME", "abc",
                "MAX_ROTATIONS", "3",
                "RETRY_AFTER_MAX", "60",
                "WINDOW_LIMITS_ENABLED_ACME", "true",
                "COOLDOWN_RATE_LIMIT_DEFAULT", "45",
                "COOLDOWN_TRANSIENT_ERROR", "7",
                "QUOTA_NO_RESET_EXHAUSTION_POLICY", "cooldown",
                "SESSION_STICKY_WAIT_SECONDS_ACME", "4",
                "SESSION_SPREAD", "least_sessions"));

    assertThat(options.pinnedTo()).isEqualTo("abc");
    assertThat(options.maxRotations()).isEqualTo(3);
    assertThat(options.maxRetryAfter()).isEqualTo(Duration.ofMinutes(1));
    assertThat(options.windowLimits()).isTrue();
    assertThat(options.rateLimitCooldown()).isEqualTo(Duration.ofSeconds(45));
    assertThat(options.overloadMax()).isEqualTo(Duration.ofSeconds(7));
    assertThat(options.noReset()).isEqualTo(NoResetPolicy.COOLDOWN);
    assertThat(options.sessions().stickyWait()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.sessions().spread()).isTrue();
    assertThat(options.rateLimitScope()).isEqualTo(RateLimitScope.IP);
    assertThat(options.modelWeights()).isEqualTo(Map.of("large", 2));
    assertThat(options.requirements()).isEqualTo(Map.of("large", 1));
    assertThat(options(Map.of()).rateLimitCooldown()).isNull();
  }

  @Test
  void aCredentialHasThePriorityOfItsTierUnlessItsNumberHasOne() {
    provider.setTiers("pro=2, free-tier=3");
    PoolPlan plan =
        plan(
            Map.of(
                "ACME_TIER", "free-tier",
                "ACME_2_TIER", "pro",
                "ACME_3_TIER", "strange",
                "CREDENTIAL_PRIORITY_ACME_4", "7",
                "CREDENTIAL_WEIGHT_ACME_4", "2.5"));
    Fingerprints fingerprints = Fingerprints.of("test".getBytes(StandardCharsets.UTF_8));

    List<Credential> credentials =
        List.of("ACME_API_KEY", "ACME_API_KEY_2", "ACME_API_KEY_3", "ACME_API_KEY_4").stream()
            .map(name -> plan.credential(new ApiKey(name, "sk-" + name), fingerprints))
            .toList();

    assertThat(credentials).extracting(Credential::priority).containsExactly(3, 2, 10, 7);
    assertThat(credentials.get(3).weight()).isEqualTo(2.5);
    assertThat(credentials.get(3).tier()).isEqualTo("free-tier");
  }
}
