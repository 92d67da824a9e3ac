package dev.caravan.config;

import static dev.caravan.config.Types.LIST;
import static dev.caravan.config.Types.TEXT;
import static dev.caravan.config.Types.YES_NO;
import static dev.caravan.config.Types.decimal;
import static dev.caravan.config.Types.integer;
import static dev.caravan.config.Types.oneOf;
import static dev.caravan.config.Types.seconds;
import static dev.caravan.config.Types.secondsEach;

import dev.caravan.config.Choice.FairCycleTracking;
import dev.caravan.config.Choice.NoReset;
import dev.caravan.config.Choice.RotationMode;
import dev.caravan.config.Choice.SessionSpread;
import java.time.Duration;
import java.util.List;

/** Whose turn it is, who rests and for how long (operations.md 5.4, rotation.md 2). */
interface RotationSettings {
  Section ROTATION = new Section("Rotation, quota, filters");

  SettingPattern<RotationMode> ROTATION_MODE =
      ROTATION.familyUnset(
          "ROTATION_MODE_<P>",
          oneOf(RotationMode.class),
          "balanced for keys, sequential for accounts",
          "Spreads calls over the credentials, or stays on one until it fails.");
  Setting<Double> ROTATION_TOLERANCE =
      ROTATION.live(
          "ROTATION_TOLERANCE",
          decimal("0", "1000000"),
          "3.0",
          "Balanced mode: 0 always takes the least used credential, more is more random.");
  SettingPattern<Double> ROTATION_TOLERANCE_OF =
      ROTATION.familyUnset(
          "ROTATION_TOLERANCE_<P>",
          decimal("0", "1000000"),
          "ROTATION_TOLERANCE",
          "The same for one provider.");
  SettingPattern<Integer> MAX_CONCURRENT_REQUESTS_PER_KEY =
      ROTATION.familyUnset(
          "MAX_CONCURRENT_REQUESTS_PER_KEY_<P>",
          integer(-1, 1_000_000),
          "by provider, else no limit",
          "Calls at a time on one credential, 0 or less for no limit.");
  SettingPattern<Integer> MAX_CONCURRENT_REQUESTS_PER_KEY_IN_MODE =
      ROTATION.familyUnset(
          "MAX_CONCURRENT_REQUESTS_PER_KEY_<P>_<MODE>",
          integer(-1, 1_000_000),
          "the row above",
          "The same for BALANCED or SEQUENTIAL only.");
  SettingPattern<Integer> OPTIMAL_CONCURRENT_REQUESTS_PER_KEY =
      ROTATION.familyUnset(
          "OPTIMAL_CONCURRENT_REQUESTS_PER_KEY_<P>",
          integer(-1, 1_000_000),
          "balanced 1, sequential no limit",
          "Calls at a time on one credential before others are preferred.");
  SettingPattern<Integer> OPTIMAL_CONCURRENT_REQUESTS_PER_KEY_IN_MODE =
      ROTATION.familyUnset(
          "OPTIMAL_CONCURRENT_REQUESTS_PER_KEY_<P>_<MODE>",
          integer(-1, 1_000_000),
          "the row above",
          "The same for BALANCED or SEQUENTIAL only.");
  SettingPattern<Integer> CONCURRENCY_MULTIPLIER =
      ROTATION.familyUnset(
          "CONCURRENCY_MULTIPLIER_<P>_PRIORITY_<N>",
          integer(1, 1_000_000),
          "by provider",
          "Multiplies the limit of calls at a time for credentials of this priority.");
  SettingPattern<Integer> CONCURRENCY_MULTIPLIER_IN_MODE =
      ROTATION.familyUnset(
          "CONCURRENCY_MULTIPLIER_<P>_PRIORITY_<N>_<MODE>",
          integer(1, 1_000_000),
          "the row above",
          "The same for BALANCED or SEQUENTIAL only.");
  SettingPattern<Integer> SEQUENTIAL_FALLBACK_MULTIPLIER =
      ROTATION.family(
          "SEQUENTIAL_FALLBACK_MULTIPLIER_<P>",
          integer(1, 1_000_000),
          "1",
          "The same for priorities that have no multiplier.");
  SettingPattern<List<String>> QUOTA_GROUPS =
      ROTATION.familyUnset(
          "QUOTA_GROUPS_<P>_<GROUP>",
          LIST,
          "by provider",
          "Models that share one quota; empty removes the group.");
  SettingPattern<Boolean> FAIR_CYCLE =
      ROTATION.familyUnset(
          "FAIR_CYCLE_<P>",
          YES_NO,
          "on in sequential mode",
          "Every credential is used up once before the first comes again.");
  SettingPattern<Boolean> FAIR_CYCLE_ENABLED =
      ROTATION.familyUnset(
          "FAIR_CYCLE_ENABLED_<P>", YES_NO, "FAIR_CYCLE_<P>", "Another name of the row above.");
  SettingPattern<FairCycleTracking> FAIR_CYCLE_TRACKING_MODE =
      ROTATION.family(
          "FAIR_CYCLE_TRACKING_MODE_<P>",
          oneOf(FairCycleTracking.class),
          "model_group",
          "Marks a credential as exhausted for a model or group, or as a whole.");
  SettingPattern<Boolean> FAIR_CYCLE_CROSS_TIER =
      ROTATION.family(
          "FAIR_CYCLE_CROSS_TIER_<P>",
          YES_NO,
          "false",
          "All tiers cycle together instead of each alone.");
  SettingPattern<Duration> FAIR_CYCLE_DURATION =
      ROTATION.family("FAIR_CYCLE_DURATION_<P>", seconds("1"), "604800", "Life of a cycle.");
  SettingPattern<Double> FAIR_CYCLE_QUOTA_THRESHOLD =
      ROTATION.family(
          "FAIR_CYCLE_QUOTA_THRESHOLD_<P>",
          decimal("0", "1000"),
          "1.0",
          "Share of a window's limit that counts as exhausted.");
  SettingPattern<Duration> FAIR_CYCLE_RESET_COOLDOWN_THRESHOLD =
      ROTATION.family(
          "FAIR_CYCLE_RESET_COOLDOWN_THRESHOLD_<P>",
          seconds("0"),
          "90",
          "A cycle does not start anew while a member's cooldown ends within this time.");
  Setting<Duration> EXHAUSTION_COOLDOWN_THRESHOLD =
      ROTATION.live(
          "EXHAUSTION_COOLDOWN_THRESHOLD",
          seconds("0"),
          "300",
          "A cooldown at least this long marks a credential as exhausted.");
  SettingPattern<Duration> EXHAUSTION_COOLDOWN_THRESHOLD_OF =
      ROTATION.familyUnset(
          "EXHAUSTION_COOLDOWN_THRESHOLD_<P>",
          seconds("0"),
          "EXHAUSTION_COOLDOWN_THRESHOLD",
          "The same for one provider.");
  SettingPattern<String> CUSTOM_CAP =
      ROTATION.familyUnset(
          "CUSTOM_CAP_<P>_T<TIERS>_<NAME>",
          TEXT,
          "unset",
          "Cap of a model or group for tiers (2, 2_3, DEFAULT): 100, 80%, -20, +20 or 5usd.");
  SettingPattern<String> CUSTOM_CAP_COOLDOWN =
      ROTATION.family(
          "CUSTOM_CAP_COOLDOWN_<P>_T<TIERS>_<NAME>",
          TEXT,
          "quota_reset",
          "What happens at the cap: quota_reset, offset:seconds or fixed:seconds.");
  SettingPattern<List<String>> IGNORE_MODELS =
      ROTATION.familyUnset(
          "IGNORE_MODELS_<P>",
          LIST,
          "none",
          "Models that are not offered, with * ? [ab] as wildcards.");
  SettingPattern<List<String>> WHITELIST_MODELS =
      ROTATION.familyUnset(
          "WHITELIST_MODELS_<P>",
          LIST,
          "none",
          "Models that are offered whatever IGNORE_MODELS says.");
  Setting<List<Duration>> COOLDOWN_BACKOFF_TIERS =
      ROTATION.live(
          "COOLDOWN_BACKOFF_TIERS",
          secondsEach(),
          "10,30,60,120",
          "Cooldown after the first, second, third … failure in a row.");
  Setting<Duration> COOLDOWN_BACKOFF_MAX =
      ROTATION.live(
          "COOLDOWN_BACKOFF_MAX", seconds("0"), "300", "Cooldown after more failures than that.");
  Setting<Duration> COOLDOWN_AUTH_ERROR =
      ROTATION.live(
          "COOLDOWN_AUTH_ERROR",
          seconds("0"),
          "300",
          "Lockout of a credential that was refused with 401 or 403.");
  Setting<Duration> COOLDOWN_TRANSIENT_ERROR =
      ROTATION.live(
          "COOLDOWN_TRANSIENT_ERROR",
          seconds("0"),
          "30",
          "Longest pause of a model, for all credentials, after overloads that name no time.");
  Setting<Duration> COOLDOWN_RATE_LIMIT_DEFAULT =
      ROTATION.liveUnset(
          "COOLDOWN_RATE_LIMIT_DEFAULT",
          seconds("0"),
          "COOLDOWN_BACKOFF_TIERS",
          "Cooldown after a 429 that names no time, at least.");
  Setting<Integer> LOCKOUT_DISTINCT_MODELS =
      ROTATION.live(
          "LOCKOUT_DISTINCT_MODELS",
          integer(1, 1000),
          "3",
          "Failures on this many models lock a credential out.");
  Setting<Duration> COOLDOWN_PROBE_FIRST =
      ROTATION.live(
          "COOLDOWN_PROBE_FIRST", seconds("1"), "900", "First trial call during a long cooldown.");
  Setting<Duration> COOLDOWN_PROBE_MAX =
      ROTATION.live(
          "COOLDOWN_PROBE_MAX", seconds("1"), "21600", "Longest time between trial calls.");
  Setting<Duration> COOLDOWN_PROBE_LAST_KEY =
      ROTATION.live(
          "COOLDOWN_PROBE_LAST_KEY",
          seconds("1"),
          "60",
          "Time between trial calls of a provider's last credential.");
  Setting<Integer> PROVIDER_EVENT_KEYS =
      ROTATION.live(
          "PROVIDER_EVENT_KEYS",
          integer(2, 1000),
          "3",
          "This many credentials that fail alike are an event of the provider.");
  Setting<Duration> PROVIDER_EVENT_SECONDS =
      ROTATION.live(
          "PROVIDER_EVENT_SECONDS", seconds("0.1"), "10", "Time within which they have to fail.");
  Setting<Duration> PROVIDER_EVENT_PAUSE =
      ROTATION.live(
          "PROVIDER_EVENT_PAUSE", seconds("0"), "15", "How long the provider then rests.");
  Setting<Duration> LEASE_TTL =
      ROTATION.live(
          "LEASE_TTL",
          seconds("1"),
          "900",
          "A lease without sign of life for this long is taken back.");
  Setting<Integer> MAX_ROTATIONS =
      ROTATION.live(
          "MAX_ROTATIONS",
          integer(0, 1000),
          "8",
          "Credentials that one request may go on to after its first.");
  Setting<Duration> RETRY_AFTER_MAX =
      ROTATION.live(
          "RETRY_AFTER_MAX",
          seconds("1"),
          "3600",
          "Longest Retry-After that clients are told when a pool is used up.");
  Setting<Integer> REPLICA_COUNT =
      ROTATION.live(
          "REPLICA_COUNT",
          integer(1, 1000),
          "1",
          "Gateways that share these credentials without a common store; each keeps to its part of"
              + " the caps.");
  Setting<Boolean> WINDOW_LIMITS_ENABLED =
      ROTATION.live(
          "WINDOW_LIMITS_ENABLED",
          YES_NO,
          "false",
          "A full usage window keeps calls off before the provider says no.");
  SettingPattern<Boolean> WINDOW_LIMITS_ENABLED_OF =
      ROTATION.familyUnset(
          "WINDOW_LIMITS_ENABLED_<P>",
          YES_NO,
          "WINDOW_LIMITS_ENABLED",
          "The same for one provider.");
  SettingPattern<Duration> QUOTA_REFRESH_INTERVAL =
      ROTATION.family(
          "<P>_QUOTA_REFRESH_INTERVAL",
          seconds("1"),
          "300",
          "How often a provider that tells its quota is asked for it.");
  Setting<String> DAILY_RESET_UTC =
      ROTATION.live(
          "DAILY_RESET_UTC",
          TEXT,
          "03:00",
          "When daily, weekly and monthly windows end, where a provider names no other time.");
  Setting<NoReset> QUOTA_NO_RESET_EXHAUSTION_POLICY =
      ROTATION.live(
          "QUOTA_NO_RESET_EXHAUSTION_POLICY",
          oneOf(NoReset.class),
          "warn_only",
          "What to do when a quota API says empty and names no time.");
  SettingPattern<NoReset> QUOTA_NO_RESET_EXHAUSTION_POLICY_OF =
      ROTATION.familyUnset(
          "QUOTA_NO_RESET_EXHAUSTION_POLICY_<P>",
          oneOf(NoReset.class),
          "QUOTA_NO_RESET_EXHAUSTION_POLICY",
          "The same for one provider.");
  Setting<Duration> QUOTA_NO_RESET_COOLDOWN_SECONDS =
      ROTATION.live(
          "QUOTA_NO_RESET_COOLDOWN_SECONDS",
          seconds("1"),
          "300",
          "How long it then rests, where the policy is cooldown.");
  SettingPattern<Duration> QUOTA_NO_RESET_COOLDOWN_SECONDS_OF =
      ROTATION.familyUnset(
          "QUOTA_NO_RESET_COOLDOWN_SECONDS_<P>",
          seconds("1"),
          "QUOTA_NO_RESET_COOLDOWN_SECONDS",
          "The same for one provider.");
  SettingPattern<Integer> CREDENTIAL_PRIORITY =
      ROTATION.familyUnset(
          "CREDENTIAL_PRIORITY_<P>_<N>",
          integer(1, 998),
          "by tier, else 1",
          "Priority of the credential with this number; lower goes first.");
  SettingPattern<Double> CREDENTIAL_WEIGHT =
      ROTATION.familyUnset(
          "CREDENTIAL_WEIGHT_<P>_<N>",
          decimal("0.001", "1000"),
          "1",
          "Multiplies the chance of the credential with this number in balanced mode.");
  Setting<Integer> MAX_WAITING =
      ROTATION.live(
          "MAX_WAITING",
          integer(0, 1_000_000),
          "1000",
          "Requests that may wait for a credential of one provider; beyond it the answer is 503.");
  Setting<Boolean> SESSION_INFERENCE =
      ROTATION.atStart(
          "SESSION_INFERENCE",
          YES_NO,
          "true",
          "Knows a conversation that its client does not name by the turns that it repeats.");
  Setting<Duration> SESSION_TTL =
      ROTATION.atStart(
          "SESSION_TTL",
          seconds("0"),
          "3600",
          "How long a silent session is remembered that its client does not name; 0 for not at all.");
  Setting<Duration> SESSION_STICKY_WAIT_SECONDS =
      ROTATION.live(
          "SESSION_STICKY_WAIT_SECONDS",
          seconds("0"),
          "15",
          "How long a request waits for the busy credential of its session.");
  SettingPattern<Duration> SESSION_STICKY_WAIT_SECONDS_OF =
      ROTATION.familyUnset(
          "SESSION_STICKY_WAIT_SECONDS_<P>",
          seconds("0"),
          "SESSION_STICKY_WAIT_SECONDS",
          "The same for one provider.");
  Setting<Duration> SESSION_STICKY_ENTRY_TTL_SECONDS =
      ROTATION.live(
          "SESSION_STICKY_ENTRY_TTL_SECONDS",
          seconds("0"),
          "300",
          "How long a silent session keeps its credential, 0 for not at all.");
  SettingPattern<Duration> SESSION_STICKY_ENTRY_TTL_SECONDS_OF =
      ROTATION.familyUnset(
          "SESSION_STICKY_ENTRY_TTL_SECONDS_<P>",
          seconds("0"),
          "SESSION_STICKY_ENTRY_TTL_SECONDS",
          "The same for one provider.");
  Setting<Integer> SESSION_STICKY_MAX_ENTRIES =
      ROTATION.live(
          "SESSION_STICKY_MAX_ENTRIES",
          integer(0, 10_000_000),
          "10000",
          "Sessions of a provider whose credential is remembered.");
  SettingPattern<Integer> SESSION_STICKY_MAX_ENTRIES_OF =
      ROTATION.familyUnset(
          "SESSION_STICKY_MAX_ENTRIES_<P>",
          integer(0, 10_000_000),
          "SESSION_STICKY_MAX_ENTRIES",
          "The same for one provider.");
  Setting<SessionSpread> SESSION_SPREAD =
      ROTATION.live(
          "SESSION_SPREAD",
          oneOf(SessionSpread.class),
          "most_used",
          "Where sequential mode puts a new session.");
  Setting<Boolean> SESSION_PERSISTENCE_ENABLED =
      ROTATION.atStart(
          "SESSION_PERSISTENCE_ENABLED",
          YES_NO,
          "false",
          "Keeps sessions, and the credential that each one is on, over a restart.");
  Setting<List<String>> TRUSTED_SESSION_ID_FIELDS =
      ROTATION.atStart(
          "TRUSTED_SESSION_ID_FIELDS",
          LIST,
          "",
          "Request fields that hold a session's id; a dot leads into an object, metadata.thread.");
  SettingPattern<String> PIN_CREDENTIAL =
      ROTATION.familyUnset(
          "PIN_CREDENTIAL_<P>", TEXT, "unset", "Fingerprint of the one credential that is used.");
}
