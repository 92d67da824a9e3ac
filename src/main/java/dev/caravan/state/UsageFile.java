package dev.caravan.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caravan.call.FaultClass;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Counts;
import dev.caravan.pool.PoolState;
import dev.caravan.pool.PoolState.CredentialState;
import dev.caravan.pool.PoolState.CycleState;
import dev.caravan.pool.PoolState.ScopeState;
import dev.caravan.pool.PoolState.WindowState;
import dev.caravan.pool.ScopeKind;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A {@code usage_<provider>.json} of the reference implementation, schema 1 or 2 (rotation.md 4.6),
 * as a state of a pool. Its keys in clear become fingerprints; times become milliseconds. Cooldowns
 * that have a long way to go may be asked about at once: the file may have outlived the quota.
 */
final class UsageFile {
  private static final int NEWEST = 2;
  private static final long FIRST_PROBE_INTERVAL = 900_000;
  private static final String WHOLE = Cooldown.WHOLE_CREDENTIAL;
  private static final String WHOLE_IN_CYCLES = "_credential_";

  private final String provider;
  private final UnaryOperator<String> fingerprints;
  private final long now;

  /**
   * @param fingerprints from an API key to the id of its credential
   * @param now epoch milliseconds; what is over by then is left out
   */
  UsageFile(String provider, UnaryOperator<String> fingerprints, long now) {
    this.provider = provider;
    this.fingerprints = fingerprints;
    this.now = now;
  }

  /**
   * Reads one.
   *
   * @throws IOException with a sentence, when it is none of those
   */
  PoolState read(byte[] bytes) throws IOException {
    JsonObject file = JsonObject.parse(bytes);
    if (!file.has("credentials")) {
      throw new IOException("it holds no credentials");
    }
    long schema = file.number("schema_version", 1);
    if (schema > NEWEST) {
      throw new IOException("it has schema %d, and up to %d is known".formatted(schema, NEWEST));
    }
    List<CredentialState> credentials = new ArrayList<>();
    file.object("credentials")
        .objects()
        .forEach((key, entry) -> credentials.add(credential(key, entry)));
    return new PoolState(provider, now, credentials, cycles(file), List.of(), List.of());
  }

  private CredentialState credential(String key, JsonObject entry) {
    String stableId = entry.text("stable_id", key);
    String accessor = entry.text("accessor", key);
    boolean isKey = sha256(accessor).equals(stableId) || !isPath(accessor);
    Map<String, ScopeState> scopes = new LinkedHashMap<>();
    entry.object("model_usage").objects().forEach((n, u) -> add(scopes, n, ScopeKind.MODEL, u));
    entry.object("group_usage").objects().forEach((n, u) -> add(scopes, n, ScopeKind.GROUP, u));
    entry.object("cooldowns").objects().forEach((name, c) -> rest(scopes, name, c));
    entry.object("fair_cycle").objects().forEach((name, c) -> mark(scopes, name, c));
    return new CredentialState(
        isKey && !accessor.contains("@") ? fingerprints.apply(accessor) : stableId,
        "",
        entry.text("tier"),
        (int) entry.number("priority"),
        false,
        false,
        false,
        0,
        counts(entry.object("totals")),
        List.copyOf(scopes.values()));
  }

  private static boolean isPath(String accessor) {
    return accessor.contains("/") || accessor.contains("\\") || accessor.endsWith(".json");
  }

  private static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(
      Map<String, ScopeState> scopes, String name, ScopeKind kind, JsonObject usage) {
    List<WindowState> windows = new ArrayList<>();
    usage
        .object("windows")
        .objects()
        .forEach(
            (window, json) -> {
              // schema 1 kept the totals as one more window
              if (!window.equals("total")) {
                windows.add(window(window, json));
              }
            });
    scopes.put(name, scope(name, kind, counts(usage.object("totals")), windows));
  }

  private static ScopeState scope(
      String name, ScopeKind kind, Counts totals, List<WindowState> windows) {
    return new ScopeState(name, kind, totals, windows, null, 0, 0, 0, 0, null, 0, 0);
  }

  private static WindowState window(String name, JsonObject json) {
    return new WindowState(
        name,
        counts(json),
        millis(json, "started_at"),
        millis(json, "reset_at"),
        json.number("limit", -1),
        0,
        json.number("max_recorded_requests"),
        millis(json, "max_recorded_at"));
  }

  private ScopeState known(Map<String, ScopeState> scopes, String name) {
    ScopeState known = scopes.get(name);
    if (known != null) {
      return known;
    }
    ScopeKind kind =
        name.equals(WHOLE)
            ? ScopeKind.CREDENTIAL
            : name.startsWith(provider + "/") ? ScopeKind.MODEL : ScopeKind.GROUP;
    return scope(name, kind, Counts.NONE, List.of());
  }

  private void rest(Map<String, ScopeState> scopes, String name, JsonObject json) {
    long until = millis(json, "until");
    if (until <= now) {
      return;
    }
    ScopeState scope = known(scopes, name);
    long since = millis(json, "started_at");
    String reason = json.text("reason", "unknown");
    Cooldown cooldown =
        new Cooldown(
            name,
            StateJson.named(
                FaultClass.class,
                reason,
                reason.contains("quota") || reason.contains("cap")
                    ? FaultClass.QUOTA_EXCEEDED
                    : FaultClass.UNKNOWN),
            reason,
            StateJson.source(json.text("source")),
            "taken over from usage_%s.json: %s".formatted(provider, reason),
            Instant.ofEpochMilli(since > 0 && since <= now ? since : now),
            Instant.ofEpochMilli(until));
    scopes.put(
        name,
        new ScopeState(
            name,
            scope.kind(),
            scope.totals(),
            scope.windows(),
            cooldown,
            (int) json.number("backoff_count"),
            0,
            now,
            FIRST_PROBE_INTERVAL,
            scope.mark(),
            scope.markedAt(),
            scope.cycleRequests()));
  }

  private void mark(Map<String, ScopeState> scopes, String inFile, JsonObject json) {
    String name = inFile.equals(WHOLE_IN_CYCLES) ? WHOLE : inFile;
    ScopeState scope = known(scopes, name);
    boolean exhausted = json.flag("exhausted");
    scopes.put(
        name,
        new ScopeState(
            name,
            scope.kind(),
            scope.totals(),
            scope.windows(),
            scope.cooldown(),
            scope.failuresInRow(),
            scope.failedAt(),
            scope.nextProbe(),
            scope.probeInterval(),
            exhausted ? json.text("exhausted_reason", "unknown") : null,
            exhausted ? millis(json, "exhausted_at") : 0,
            json.number("cycle_request_count")));
  }

  private List<CycleState> cycles(JsonObject file) {
    List<CycleState> cycles = new ArrayList<>();
    file.object("fair_cycle_global")
        .object(provider)
        .objects()
        .forEach(
            (scope, json) ->
                cycles.add(
                    new CycleState(
                        scope, -1, millis(json, "cycle_start"), (int) json.number("cycle_count"))));
    return cycles;
  }

  private static Counts counts(JsonObject json) {
    return new Counts(
        json.number("request_count"),
        json.number("success_count"),
        json.number("failure_count"),
        json.number("prompt_tokens"),
        json.number("prompt_tokens_cache_read"),
        json.number("prompt_tokens_cache_write"),
        json.number("completion_tokens"),
        json.number("thinking_tokens"),
        json.decimal("approx_cost"),
        millis(json, "first_used_at"),
        millis(json, "last_used_at"));
  }

  private static long millis(JsonObject json, String name) {
    return Math.round(json.decimal(name) * 1000);
  }
}
