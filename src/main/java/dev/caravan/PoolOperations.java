package dev.caravan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.admin.AdminRefusal;
import dev.caravan.admin.AdminRequest;
import dev.caravan.admin.AdminSurface;
import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.call.ModelName;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.PoolView.CooldownView;
import dev.caravan.pool.PoolView.CredentialView;
import dev.caravan.pool.PoolView.ScopeView;
import dev.caravan.pool.Pools;
import dev.caravan.pool.ScopeKind;
import dev.caravan.provider.NearNames;
import dev.caravan.route.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators may do with credentials and providers (rotation.md 11). A credential is named by
 * its fingerprint, its id or the variable that it comes from; {@code ?provider=} tells two of the
 * same name apart.
 */
final class PoolOperations {
  private static final Duration LONGEST = Duration.ofDays(366);

  private final Pools pools;
  private final Probe probe;

  PoolOperations(Pools pools, Probe probe) {
    this.pools = pools;
    this.probe = probe;
  }

  void addTo(AdminSurface admin) {
    admin
        .get("/credentials", "all credentials and how they stand", this::list)
        .get("/credentials/{id}", "one of them, with every rest, count and threshold", this::one)
        .post(
            "/credentials/{id}/cooldowns",
            "rests it: {\"seconds\",\"scope\",\"reason\"}; without scope for everything",
            this::rest)
        .delete(
            "/credentials/{id}/cooldowns",
            "ends its rests and failure counts; ?scope= those of one model or group",
            this::clear)
        .post(
            "/credentials/{id}/probe",
            "sends a minimal call with it now, though it rests: {\"model\"}",
            this::probe)
        .post("/credentials/{id}/disable", "takes it out of use", r -> use(r, false))
        .post("/credentials/{id}/enable", "brings it back", r -> use(r, true))
        .post("/credentials/{id}/pin", "its provider uses it alone", r -> pin(r, true))
        .delete("/credentials/{id}/pin", "all credentials again", r -> pin(r, false))
        .post(
            "/providers/{provider}/throttle",
            "pauses it: {\"seconds\",\"model\",\"reason\"}; without model all of it",
            this::throttle)
        .delete("/providers/{provider}/throttle", "ends such a pause; ?model=", this::unthrottle);
  }

  /** A credential that was named, with its pool. */
  private record Found(Pool pool, CredentialView view) {
    String name() {
      return view.id();
    }
  }

  private Found found(AdminRequest request) {
    String name = request.path("id");
    String provider = request.query("provider");
    List<Found> all = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Pool pool : pools.all()) {
      if (provider != null && !pool.provider().equals(provider)) {
        continue;
      }
      for (CredentialView view : pool.view().credentials()) {
        names.add(view.label());
        if (view.id().equals(name)
            || view.fingerprint().equals(name)
            || view.label().equals(name)) {
          all.add(new Found(pool, view));
        }
      }
    }
    if (all.isEmpty()) {
      List<String> near = NearNames.of(name, names);
      throw AdminRefusal.notFound(
          "no credential is named '%s'; GET /admin/credentials lists them%s"
              .formatted(
                  name, near.isEmpty() ? "" : ". Did you mean " + String.join(", ", near) + "?"));
    }
    if (all.size() > 1) {
      throw AdminRefusal.conflict(
          "%d credentials are named '%s'; add ?provider= with one of %s"
              .formatted(
                  all.size(),
                  name,
                  all.stream().map(f -> f.pool().provider()).distinct().toList()));
    }
    return all.getFirst();
  }

  private Pool pool(AdminRequest request) {
    String name = request.path("provider");
    Pool pool = pools.find(name);
    if (pool == null) {
      List<String> near = NearNames.of(name, pools.all().stream().map(Pool::provider).toList());
      throw AdminRefusal.notFound(
          "no provider is named '%s'%s"
              .formatted(
                  name, near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?"));
    }
    return pool;
  }

  private Object list(AdminRequest request) {
    List<Map<String, Object>> all = new ArrayList<>();
    pools.all().stream()
        .sorted(Comparator.comparing(Pool::provider))
        .forEach(
            pool ->
                pool.view().credentials().forEach(view -> all.add(line(pool.provider(), view))));
    return Map.of("credentials", all);
  }

  private static Map<String, Object> line(String provider, CredentialView view) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("provider", provider);
    line.put("fingerprint", view.fingerprint());
    line.put("name", view.label());
    line.put("state", view.state().word());
    line.put("priority", view.priority());
    put(line, "tier", view.tier());
    line.put("in_flight", view.active());
    line.put("requests", view.requests());
    line.put("cooldowns", view.cooldowns().stream().map(PoolOperations::cooldown).toList());
    return line;
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static Map<String, Object> cooldown(CooldownView view) {
    Cooldown cooldown = view.cooldown();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("scope", cooldown.scope());
    map.put("reason", cooldown.reason());
    map.put("source", cooldown.source().word());
    map.put("evidence", cooldown.evidence());
    map.put("since", cooldown.since().toString());
    map.put("until", cooldown.until().toString());
    map.put("next_probe_at", view.nextProbe().toString());
    map.put("failures_in_row", view.failuresInRow());
    return map;
  }

  private Object one(AdminRequest request) {
    Found found = found(request);
    return state(found);
  }

  private static Map<String, Object> state(Found found) {
    CredentialView view = found.view();
    Map<String, Object> state = line(found.pool().provider(), view);
    state.put(
        "slots",
        "%d of %s in flight".formatted(view.active(), view.max() > 0 ? view.max() : "any number"));
    state.put(
        "lockout",
        view.lockoutAt() > 0
            ? "%d of %d models have failed".formatted(view.scopesFailed(), view.lockoutAt())
            : "off");
    state.put("successes", view.successes());
    state.put("failures", view.failures());
    List<Map<String, Object>> scopes = new ArrayList<>();
    for (ScopeView scope : view.scopes()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("scope", scope.scope());
      map.put("kind", scope.kind().word());
      map.put("requests", scope.totals().requests());
      put(map, "fair_cycle", scope.mark());
      map.put("cycle_requests", scope.cycleRequests());
      PoolView.CapView cap = scope.cap();
      if (cap != null) {
        map.put(
            "cap",
            cap.limit() == null
                ? cap.text() + ": waiting for the limit of the window"
                : "%d of %d".formatted(cap.used(), cap.limit()));
      }
      map.put(
          "windows",
          scope.windows().stream()
              .map(
                  w ->
                      "%s: %d of %s"
                          .formatted(
                              w.name(),
                              w.counts().requests(),
                              w.limit() == null ? "an unknown limit" : w.limit()))
              .toList());
      scopes.add(map);
    }
    state.put("scopes", scopes);
    return state;
  }

  private Object after(Found found) {
    CredentialView view =
        found.pool().view().credentials().stream()
            .filter(c -> c.id().equals(found.name()))
            .findFirst()
            .orElse(found.view());
    return state(new Found(found.pool(), view));
  }

  private @Nullable Object clear(AdminRequest request) {
    Found found = found(request);
    String scope = request.query("scope");
    if (scope != null && !isScope(found.view(), scope)) {
      throw AdminRefusal.invalid(
          "scope",
          "%s has no rest for '%s'; it has some for %s"
              .formatted(
                  found.view().fingerprint(),
                  scope,
                  found.view().cooldowns().stream().map(c -> c.cooldown().scope()).toList()));
    }
    if (!request.isDryRun()) {
      found.pool().operator().clear(found.name(), scope);
    }
    return after(found);
  }

  private static boolean isScope(CredentialView view, String scope) {
    return scope.equals(Cooldown.WHOLE_CREDENTIAL)
        || view.scope(scope) != null
        || view.cooldowns().stream().anyMatch(c -> c.cooldown().scope().equals(scope));
  }

  private Object rest(AdminRequest request) {
    Found found = found(request);
    JsonNode body = request.body();
    Duration time = seconds(body);
    String scope = body.path("scope").asText(Cooldown.WHOLE_CREDENTIAL);
    if (!request.isDryRun()) {
      found.pool().operator().rest(found.name(), scope, time, reason(body));
    }
    return after(found);
  }

  private static Duration seconds(JsonNode body) {
    double seconds = body.path("seconds").asDouble(-1);
    if (!(seconds > 0) || seconds > LONGEST.toSeconds()) {
      throw AdminRefusal.invalid(
          "seconds", "'seconds' must be more than 0 and at most " + LONGEST.toSeconds());
    }
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private static String reason(JsonNode body) {
    String reason = body.path("reason").asText("by hand").strip();
    return reason.length() > 200 ? reason.substring(0, 200) : reason;
  }

  private Object use(AdminRequest request, boolean enable) {
    Found found = found(request);
    if (!request.isDryRun()) {
      if (enable) {
        found.pool().operator().enable(found.name());
      } else {
        found.pool().operator().disable(found.name());
      }
    }
    return after(found);
  }

  private Object pin(AdminRequest request, boolean set) {
    Found found = found(request);
    if (!request.isDryRun()) {
      if (set) {
        found.pool().operator().pin(null, found.name());
      } else {
        found.pool().operator().unpin(null);
      }
    }
    return after(found);
  }

  private Object throttle(AdminRequest request) {
    Pool pool = pool(request);
    JsonNode body = request.body();
    Duration time = seconds(body);
    String model = body.path("model").asText(null);
    if (!request.isDryRun()) {
      pool.operator().throttle(prefixed(pool, model), time, reason(body));
    }
    return throttles(pool);
  }

  private Object unthrottle(AdminRequest request) {
    Pool pool = pool(request);
    String model = prefixed(pool, request.query("model"));
    if (!request.isDryRun() && !pool.operator().unthrottle(model)) {
      throw AdminRefusal.conflict(
          "%s has no pause of %s".formatted(pool.provider(), model == null ? "all of it" : model));
    }
    return throttles(pool);
  }

  private static @Nullable String prefixed(Pool pool, @Nullable String model) {
    return model == null || model.startsWith(pool.provider() + "/")
        ? model
        : pool.provider() + "/" + model;
  }

  private static Object throttles(Pool pool) {
    return Map.of(
        "provider",
        pool.provider(),
        "throttles",
        pool.view().throttles().stream()
            .map(
                t ->
                    Map.of(
                        "scope",
                        t.scope(),
                        "reason",
                        t.kind().word(),
                        "evidence",
                        t.evidence(),
                        "until",
                        t.until().toString()))
            .toList());
  }

  private Object probe(AdminRequest request) throws IOException {
    Found found = found(request);
    ModelName model = model(found, request.body().path("model").asText(null));
    if (request.isDryRun()) {
      return Map.of("would_ask", model.toString());
    }
    Call call = probe.send(model, found.view().fingerprint());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("model", model.toString());
    answer.put("works", !call.isFailed());
    Failure failure = call.failure();
    put(answer, "failure", failure == null ? null : failure.message());
    for (Attempt attempt : call.attempts()) {
      answer.put("status", attempt.status());
      answer.put("milliseconds", attempt.durationMillis());
    }
    answer.put("credential", after(found));
    return answer;
  }

  /** The one that is named, else one that it rests for, else one that it was used for. */
  private static ModelName model(Found found, @Nullable String named) {
    String provider = found.pool().provider();
    List<String> known =
        found.view().scopes().stream()
            .filter(scope -> scope.kind() == ScopeKind.MODEL)
            .sorted(
                Comparator.comparing((ScopeView scope) -> scope.cooldown() == null)
                    .thenComparing(scope -> -scope.totals().lastUsed()))
            .map(ScopeView::scope)
            .toList();
    String wanted = named != null ? named : known.isEmpty() ? null : known.getFirst();
    if (wanted == null) {
      throw AdminRefusal.invalid(
          "model",
          "it was never used, so say with which model: {\"model\":\"%s/…\"}".formatted(provider));
    }
    String full = wanted.startsWith(provider + "/") ? wanted : provider + "/" + wanted;
    return ModelName.parse(full)
        .orElseThrow(() -> AdminRefusal.invalid("model", "'" + wanted + "' is no model"));
  }
}
