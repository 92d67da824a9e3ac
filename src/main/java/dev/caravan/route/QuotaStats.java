package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Counts;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.PoolView.CapView;
import dev.caravan.pool.PoolView.CooldownView;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.pool.PoolView.ScopeView;
import dev.caravan.pool.PoolView.State;
import dev.caravan.pool.PoolView.WindowView;
import dev.caravan.pool.ScopeKind;
import dev.caravan.pool.Source;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What pools know, in the form of {@code GET /v1/quota-stats} (http-api.md 16.1): members of the
 * reference implementation under their names, and more beside them. Times are epoch seconds.
 */
final class QuotaStats {
  private static final String NO_TIER = "unknown";

  private final JsonGenerator json;
  private final long now;

  /**
   * @param now epoch milliseconds
   */
  QuotaStats(JsonGenerator json, long now) {
    this.json = json;
    this.now = now;
  }

  /** All members of the answer but {@code refresh_result}; the object is opened by the caller. */
  void write(Collection<PoolView> pools, String source) throws IOException {
    json.writeObjectFieldStart("providers");
    for (PoolView pool : pools) {
      json.writeObjectFieldStart(pool.provider());
      provider(pool);
      json.writeEndObject();
    }
    json.writeEndObject();
    summary(pools);
    json.writeStringField("data_source", source);
    json.writeNumberField("timestamp", seconds(now));
  }

  private void provider(PoolView pool) throws IOException {
    List<Counts> totals = pool.credentials().stream().map(CredentialView::totals).toList();
    json.writeStringField("provider", pool.provider());
    json.writeNumberField("credential_count", pool.credentials().size());
    json.writeStringField("rotation_mode", pool.mode().name().toLowerCase(java.util.Locale.ROOT));
    json.writeNumberField("active_count", count(pool, "active"));
    json.writeNumberField("exhausted_count", count(pool, "exhausted"));
    json.writeNumberField("on_cooldown_count", count(pool, "cooldown"));
    json.writeNumberField("total_requests", totals.stream().mapToLong(Counts::requests).sum());
    tokens(totals);
    json.writeNumberField("approx_cost", totals.stream().mapToDouble(Counts::cost).sum());
    json.writeNumberField("waiting_requests", pool.waiting());
    text("pinned_to", fingerprint(pool, pool.pinnedTo()));
    json.writeArrayFieldStart("throttles");
    for (PoolView.ThrottleView throttle : pool.throttles()) {
      json.writeStartObject();
      json.writeStringField("scope", throttle.scope());
      json.writeStringField("reason", throttle.kind().word());
      json.writeStringField("evidence", throttle.evidence());
      time("until", throttle.until().toEpochMilli());
      json.writeNumberField("remaining_seconds", left(throttle.until()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("quota_groups");
    for (String group : groups(pool)) {
      json.writeObjectFieldStart(group);
      group(pool, group);
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("credentials");
    for (CredentialView credential : pool.credentials()) {
      json.writeObjectFieldStart(stableId(credential));
      credential(pool, credential);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static @Nullable String fingerprint(PoolView pool, @Nullable String id) {
    return pool.credentials().stream()
        .filter(credential -> credential.id().equals(id))
        .map(CredentialView::fingerprint)
        .findFirst()
        .orElse(null);
  }

  /** The id of an account may be an e-mail address, which this surface does not show. */
  private static String stableId(CredentialView credential) {
    return credential.id().contains("@") ? credential.fingerprint() : credential.id();
  }

  private static long count(PoolView pool, String status) {
    return pool.credentials().stream().filter(c -> status(c).equals(status)).count();
  }

  /** The four words of the reference, and two for what it does not know. */
  private static String status(CredentialView credential) {
    return credential.state() == State.DISABLED || credential.state() == State.NEEDS_REAUTH
        ? credential.state().word()
        : credential.status();
  }

  private void tokens(List<Counts> totals) throws IOException {
    long cached = totals.stream().mapToLong(Counts::cacheRead).sum();
    long uncached = totals.stream().mapToLong(Counts::prompt).sum();
    json.writeObjectFieldStart("tokens");
    json.writeNumberField("input_cached", cached);
    json.writeNumberField("input_uncached", uncached);
    long input = cached + uncached;
    json.writeNumberField(
        "input_cache_pct", input == 0 ? 0 : Math.round(cached * 1000.0 / input) / 10.0);
    json.writeNumberField("output", totals.stream().mapToLong(Counts::output).sum());
    json.writeEndObject();
  }

  private static Set<String> groups(PoolView pool) {
    TreeSet<String> groups = new TreeSet<>(pool.groups().keySet());
    for (CredentialView credential : pool.credentials()) {
      credential.scopes().stream()
          .filter(scope -> scope.kind() == ScopeKind.GROUP)
          .forEach(scope -> groups.add(scope.scope()));
    }
    return groups;
  }

  private static String tier(CredentialView credential) {
    String tier = credential.tier();
    return tier == null ? NO_TIER : tier;
  }

  private void group(PoolView pool, String group) throws IOException {
    Map<String, List<CredentialView>> tiers = new LinkedHashMap<>();
    pool.credentials().forEach(c -> tiers.computeIfAbsent(tier(c), t -> new ArrayList<>()).add(c));
    json.writeObjectFieldStart("tiers");
    for (Map.Entry<String, List<CredentialView>> tier : tiers.entrySet()) {
      json.writeObjectFieldStart(tier.getKey());
      json.writeNumberField("priority", tier.getValue().getFirst().priority());
      json.writeNumberField("total", tier.getValue().size());
      json.writeEndObject();
    }
    json.writeEndObject();
    Map<String, List<WindowView>> windows = new LinkedHashMap<>();
    long exhausted = 0;
    for (CredentialView credential : pool.credentials()) {
      ScopeView scope = credential.scope(group);
      if (scope != null) {
        exhausted += scope.mark() == null ? 0 : 1;
        for (WindowView window : scope.windows()) {
          windows.computeIfAbsent(window.name(), w -> new ArrayList<>()).add(window);
        }
      }
    }
    json.writeObjectFieldStart("windows");
    for (Map.Entry<String, List<WindowView>> window : windows.entrySet()) {
      json.writeObjectFieldStart(window.getKey());
      window(window.getValue());
      json.writeObjectFieldStart("tier_availability");
      for (Map.Entry<String, List<CredentialView>> tier : tiers.entrySet()) {
        json.writeObjectFieldStart(tier.getKey());
        json.writeNumberField("total", tier.getValue().size());
        json.writeNumberField(
            "available", tier.getValue().stream().filter(c -> isAvailable(c, group)).count());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("fair_cycle_summary");
    json.writeNumberField("exhausted_count", exhausted);
    json.writeNumberField("total_count", pool.credentials().size());
    json.writeEndObject();
  }

  /** The same window of several credentials; those whose limit is not known yet add uses alone. */
  private void window(List<WindowView> windows) throws IOException {
    long used = windows.stream().mapToLong(w -> w.counts().requests()).sum();
    long limit = windows.stream().map(WindowView::limit).mapToLong(QuotaStats::orZero).sum();
    long remaining =
        windows.stream().map(WindowView::remaining).mapToLong(QuotaStats::orZero).sum();
    boolean known = windows.stream().anyMatch(w -> w.limit() != null);
    json.writeNumberField("total_used", used);
    number("total_remaining", known ? remaining : null);
    number("total_max", known ? limit : null);
    if (known) {
      json.writeNumberField(
          "remaining_pct", limit == 0 ? 0 : Math.round(remaining * 1000.0 / limit) / 10.0);
    } else {
      percent(windows.stream().map(WindowView::shareLeft).filter(Objects::nonNull).toList());
    }
  }

  /** What is left on the average, where providers tell shares alone. */
  private void percent(List<Double> shares) throws IOException {
    if (shares.isEmpty()) {
      json.writeNullField("remaining_pct");
    } else {
      double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
      json.writeNumberField("remaining_pct", Math.round(sum * 1000 / shares.size()) / 10.0);
    }
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static boolean isAvailable(CredentialView credential, String group) {
    if (!status(credential).matches("active|mixed|exhausted|cooldown")) {
      return false;
    }
    ScopeView scope = credential.scope(group);
    boolean whole = credential.cooldowns().stream().anyMatch(QuotaStats::isWhole);
    return !whole && (scope == null || (scope.cooldown() == null && scope.mark() == null));
  }

  private static boolean isWhole(CooldownView cooldown) {
    return cooldown.cooldown().scope().equals(Cooldown.WHOLE_CREDENTIAL);
  }

  private void credential(PoolView pool, CredentialView credential) throws IOException {
    json.writeStringField("stable_id", stableId(credential));
    json.writeStringField("identifier", credential.label());
    json.writeStringField("accessor_masked", credential.label());
    json.writeStringField("fingerprint", credential.fingerprint());
    json.writeNullField("email");
    text("tier", credential.tier());
    json.writeNumberField("priority", credential.priority());
    json.writeNumberField("active_requests", credential.active());
    number("max_concurrent", credential.max() > 0 ? (long) credential.max() : null);
    json.writeStringField("status", status(credential));
    json.writeStringField("state", credential.state().word());
    json.writeObjectFieldStart("totals");
    counts(credential.totals());
    json.writeEndObject();
    List<ScopeView> models = ofKind(credential, ScopeKind.MODEL);
    List<ScopeView> groups = ofKind(credential, ScopeKind.GROUP);
    groups.sort(Comparator.comparingLong(QuotaStats::lowestLimit).thenComparing(ScopeView::scope));
    usage("model_usage", models);
    usage("group_usage", groups);
    json.writeObjectFieldStart("cooldowns");
    for (CooldownView cooldown : credential.cooldowns()) {
      json.writeObjectFieldStart(cooldown.cooldown().scope());
      cooldown(cooldown);
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("fair_cycle");
    for (ScopeView scope : credential.scopes()) {
      if (scope.mark() != null || scope.cycleRequests() > 0) {
        json.writeObjectFieldStart(scope.scope());
        json.writeBooleanField("exhausted", scope.mark() != null);
        text("exhausted_reason", scope.mark());
        json.writeNumberField("cycle_request_count", scope.cycleRequests());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
    json.writeArrayFieldStart("why_unavailable");
    for (String reason : reasons(pool, credential)) {
      json.writeString(reason);
    }
    json.writeEndArray();
  }

  private static List<ScopeView> ofKind(CredentialView credential, ScopeKind kind) {
    return new ArrayList<>(credential.scopes().stream().filter(s -> s.kind() == kind).toList());
  }

  private static long lowestLimit(ScopeView scope) {
    return scope.windows().stream()
        .map(WindowView::limit)
        .mapToLong(limit -> limit == null ? Long.MAX_VALUE : limit)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private void usage(String name, List<ScopeView> scopes) throws IOException {
    json.writeObjectFieldStart(name);
    for (ScopeView scope : scopes) {
      json.writeObjectFieldStart(scope.scope());
      json.writeObjectFieldStart("windows");
      for (WindowView window : scope.windows()) {
        json.writeObjectFieldStart(window.name());
        usedWindow(window);
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeObjectFieldStart("totals");
      counts(scope.totals());
      json.writeEndObject();
      json.writeBooleanField("fair_cycle_exhausted", scope.mark() != null);
      text("fair_cycle_reason", scope.mark());
      CooldownView cooldown = scope.cooldown();
      if (cooldown == null) {
        json.writeNullField("cooldown_remaining");
        json.writeNullField("cooldown_source");
      } else {
        json.writeNumberField("cooldown_remaining", left(cooldown.cooldown().until()));
        json.writeStringField("cooldown_source", cooldown.cooldown().source().word());
      }
      cap(scope.cap());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void cap(@Nullable CapView cap) throws IOException {
    if (cap == null) {
      json.writeNullField("custom_cap");
      return;
    }
    json.writeObjectFieldStart("custom_cap");
    number("limit", cap.limit());
    json.writeNumberField("used", cap.used());
    number("remaining", cap.remaining());
    json.writeStringField("setting", cap.text());
    if (cap.limit() == null) {
      json.writeStringField("note", "waiting for limit");
    }
    json.writeEndObject();
  }

  private void usedWindow(WindowView window) throws IOException {
    counts(window.counts());
    number("limit", window.limit());
    number("remaining", window.remaining());
    Double share = window.shareLeft();
    percent(share == null ? List.of() : List.of(share));
    json.writeNumberField("max_recorded_requests", window.mostRequests());
    time("max_recorded_at", window.mostRequestsAt());
    time("started_at", window.startedAt());
    time("reset_at", window.resetAt());
    json.writeBooleanField("primary", window.primary());
    json.writeNumberField("burn_rate_per_hour", Math.round(window.perHour() * 10) / 10.0);
    Long remaining = window.remaining();
    time(
        "eta_empty",
        remaining == null || window.perHour() <= 0
            ? 0
            : now + Math.round(remaining / window.perHour() * 3_600_000));
  }

  private void counts(Counts counts) throws IOException {
    json.writeNumberField("request_count", counts.requests());
    json.writeNumberField("success_count", counts.successes());
    json.writeNumberField("failure_count", counts.failures());
    json.writeNumberField("prompt_tokens", counts.prompt());
    json.writeNumberField("completion_tokens", counts.completion());
    json.writeNumberField("thinking_tokens", counts.thinking());
    json.writeNumberField("output_tokens", counts.output());
    json.writeNumberField("prompt_tokens_cache_read", counts.cacheRead());
    json.writeNumberField("prompt_tokens_cache_write", counts.cacheWrite());
    json.writeNumberField("total_tokens", counts.total());
    json.writeNumberField("approx_cost", counts.cost());
    time("first_used_at", counts.firstUsed());
    time("last_used_at", counts.lastUsed());
  }

  private void cooldown(CooldownView view) throws IOException {
    Cooldown cooldown = view.cooldown();
    json.writeStringField("reason", cooldown.reason());
    json.writeNumberField("remaining_seconds", left(cooldown.until()));
    json.writeStringField("source", cooldown.source().word());
    time("until", cooldown.until().toEpochMilli());
    time("set_at", cooldown.since().toEpochMilli());
    json.writeStringField("deadline_source", deadlineSource(cooldown));
    time("next_probe_at", view.nextProbe().toEpochMilli());
    json.writeStringField("evidence", cooldown.evidence());
    json.writeNumberField("failures_in_row", view.failuresInRow());
  }

  private static String deadlineSource(Cooldown cooldown) {
    return switch (cooldown.source()) {
      case UPSTREAM -> cooldown.evidence().contains("header") ? "header" : "body";
      case API_QUOTA -> "learned";
      case OPERATOR -> "manual";
      case SYSTEM, CUSTOM_CAP, PROVIDER_HOOK -> "default";
    };
  }

  private List<String> reasons(PoolView pool, CredentialView credential) {
    List<String> reasons = new ArrayList<>();
    switch (credential.state()) {
      case DISABLED -> reasons.add("an operator has taken it out of use");
      case NEEDS_REAUTH -> reasons.add("its login is dead: log in again");
      case BUSY ->
          reasons.add(
              "it has %d of %d calls in flight".formatted(credential.active(), credential.max()));
      default -> {}
    }
    if (pool.pinnedTo() != null && !pool.pinnedTo().equals(credential.id())) {
      reasons.add("another credential is pinned");
    }
    for (CooldownView view : credential.cooldowns()) {
      Cooldown cooldown = view.cooldown();
      String whose =
          isWhole(view) ? "it rests for every model" : "it rests for " + cooldown.scope();
      reasons.add(
          "%s until %s: %s%s"
              .formatted(
                  whose,
                  cooldown.until(),
                  cooldown.reason(),
                  cooldown.source() == Source.UPSTREAM
                      ? ", a time that the provider told (" + cooldown.evidence() + ")"
                      : ""));
    }
    for (ScopeView scope : credential.scopes()) {
      if (scope.mark() != null) {
        reasons.add(
            "it has had its turn in the fair cycle of %s (%s)"
                .formatted(scope.scope(), scope.mark()));
      }
    }
    return reasons;
  }

  private void summary(Collection<PoolView> pools) throws IOException {
    List<CredentialView> all = pools.stream().flatMap(p -> p.credentials().stream()).toList();
    List<Counts> totals = all.stream().map(CredentialView::totals).toList();
    json.writeObjectFieldStart("summary");
    json.writeNumberField("total_providers", pools.size());
    json.writeNumberField("total_credentials", all.size());
    json.writeNumberField(
        "active_credentials", all.stream().filter(c -> status(c).equals("active")).count());
    json.writeNumberField(
        "exhausted_credentials", all.stream().filter(c -> status(c).equals("exhausted")).count());
    json.writeNumberField("total_requests", totals.stream().mapToLong(Counts::requests).sum());
    tokens(totals);
    json.writeNumberField("approx_total_cost", totals.stream().mapToDouble(Counts::cost).sum());
    json.writeEndObject();
  }

  private double left(Instant until) {
    return Math.max(0, Math.round((until.toEpochMilli() - now) / 100.0) / 10.0);
  }

  private static double seconds(long millis) {
    return millis / 1000.0;
  }

  private void time(String name, long millis) throws IOException {
    if (millis == 0) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, seconds(millis));
    }
  }

  private void number(String name, @Nullable Long value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeNumberField(name, value);
    }
  }

  private void text(String name, @Nullable String value) throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, value);
    }
  }
}
