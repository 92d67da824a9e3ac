package dev.caravan.route;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.call.TimeSource;
import dev.caravan.dialect.JsonBytes;
import dev.caravan.http.ServedRequest;
import dev.caravan.pool.Credential;
import dev.caravan.pool.Pool;
import dev.caravan.pool.PoolView;
import dev.caravan.pool.Pools;
import dev.caravan.provider.NearNames;
import dev.caravan.upstream.QuotaPages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What the credentials have used and have left: {@code GET} and {@code POST /v1/quota-stats}
 * (http-api.md 16).
 */
final class QuotaRoutes extends RouteBuilder {
  private static final long REFRESH_EACH_MILLIS = 30_000;
  private static final int MOST_REMEMBERED = 10_000;

  private final Authentication authentication;
  private final Pools pools;
  private final QuotaReload reload;
  private final TimeSource time;
  private final Map<String, Long> refreshed = new ConcurrentHashMap<>();

  QuotaRoutes(Authentication authentication, Pools pools, QuotaReload reload, TimeSource time) {
    this.authentication = authentication;
    this.pools = pools;
    this.reload = reload;
    this.time = time;
  }

  @Override
  public void configure() {
    // spotless:off
    from("platform-http:/v1/quota-stats?httpMethodRestrict=GET").routeId("quota-stats")
        .routeDescription("GET /v1/quota-stats, what each credential has used and has left")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("quota-stats.authenticate")
        .process(this::show).id("quota-stats.show");
    from("platform-http:/v1/quota-stats?httpMethodRestrict=POST").routeId("quota-refresh")
        .routeDescription("POST /v1/quota-stats, the same after a look at the files or at the providers")
        .errorHandler(noErrorHandler())
        .process(authentication::check).id("quota-refresh.authenticate")
        .process(this::refresh).id("quota-refresh.refresh");
    // spotless:on
  }

  private void show(Exchange exchange) throws IOException {
    String provider = exchange.getMessage().getHeader("provider", String.class);
    boolean activeOnly =
        "true".equals(exchange.getMessage().getHeader("active_only", String.class));
    List<PoolView> views = views(provider);
    if (activeOnly) {
      views =
          views.stream()
              .filter(v -> v.credentials().stream().anyMatch(c -> c.requests() > 0))
              .toList();
    }
    answer(exchange, views, "cache", null, null);
  }

  private List<PoolView> views(@Nullable String provider) {
    return pools.all().stream()
        .filter(pool -> provider == null || pool.provider().equals(provider))
        .map(Pool::view)
        .sorted(Comparator.comparing(PoolView::provider))
        .toList();
  }

  private void refresh(Exchange exchange) throws IOException {
    long started = time.nanos();
    ServedRequest served = ServedRequest.of(exchange);
    QuotaRefresh asked = QuotaRefresh.parse(served == null ? new byte[0] : served.body());
    List<Pool> those =
        asked.scope().equals("all") ? List.copyOf(pools.all()) : List.of(pool(asked));
    List<String> only = null;
    if (asked.scope().equals("credential")) {
      List<Credential> found = named(those.getFirst(), asked.credential());
      if (found.size() != 1) {
        conflict(exchange, asked, found.size());
        return;
      }
      only = List.of(found.getFirst().id());
    }
    int count = 0;
    int told = 0;
    List<String> errors = new ArrayList<>();
    boolean throttled = true;
    for (Pool pool : those) {
      int meant = only == null ? pool.credentials().size() : only.size();
      count += meant;
      if (isDue(asked, pool, only)) {
        throttled = false;
        QuotaPages.Tally tally = ask(exchange, asked, pool, only);
        told += tally.asked();
        if (tally.asked() == 0) {
          reload.reload(pool, only, asked.replaces());
        } else if (tally.taken() < tally.asked()) {
          count -= tally.asked() - tally.taken();
          errors.add(
              "provider %s: the quota of %d of %d credentials cannot be read; the log says why"
                  .formatted(pool.provider(), tally.asked() - tally.taken(), tally.asked()));
        }
      }
    }
    throttled &= !those.isEmpty();
    String message =
        asked.isForced() && told == 0 && !throttled
            ? "no provider here tells its quotas; read from the files instead"
            : null;
    long millis = (time.nanos() - started) / 1_000_000;
    answer(
        exchange,
        views(asked.provider()),
        "refreshed",
        asked,
        new QuotaRefresh.Result(count, errors, throttled, millis, message));
  }

  private static QuotaPages.Tally ask(
      Exchange exchange, QuotaRefresh asked, Pool pool, @Nullable List<String> only) {
    QuotaReading reading =
        asked.isForced()
            ? exchange
                .getContext()
                .getRegistry()
                .lookupByNameAndType(QuotaReading.NAME, QuotaReading.class)
            : null;
    return reading == null ? new QuotaPages.Tally(0, 0) : reading.readNow(pool.provider(), only);
  }

  private boolean isDue(QuotaRefresh asked, Pool pool, @Nullable List<String> only) {
    if (!asked.isForced()) {
      return true;
    }
    String key = pool.provider() + (only == null ? "" : "/" + only.getFirst());
    long now = time.epochMillis();
    if (refreshed.size() > MOST_REMEMBERED) {
      refreshed.clear();
    }
    Long last = refreshed.get(key);
    if (last != null && now - last < REFRESH_EACH_MILLIS && now >= last) {
      return false;
    }
    refreshed.put(key, now);
    return true;
  }

  private Pool pool(QuotaRefresh asked) {
    String name = String.valueOf(asked.provider());
    Pool pool = pools.find(name);
    if (pool == null) {
      List<String> near = NearNames.of(name, pools.all().stream().map(Pool::provider).toList());
      throw new CallFailed(
          Failure.of(
                  Kind.PATH_NOT_FOUND,
                  Stage.CLIENT_REQUEST,
                  "client request: no provider '%s'%s"
                      .formatted(
                          name,
                          near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?"))
              .with(Map.of("param", "provider")));
    }
    return pool;
  }

  private static List<Credential> named(Pool pool, @Nullable String name) {
    String wanted = String.valueOf(name);
    return pool.credentials().stream()
        .filter(
            c ->
                c.id().equals(wanted)
                    || c.fingerprint().equals(wanted)
                    || c.label().equals(wanted)
                    || c.label().endsWith("/" + wanted))
        .toList();
  }

  private static void conflict(Exchange exchange, QuotaRefresh asked, int count)
      throws IOException {
    int status = count == 0 ? 404 : 409;
    String message =
        "client request: %s credential of %s is named '%s'; use its fingerprint"
            .formatted(count == 0 ? "no" : "more than one", asked.provider(), asked.credential());
    reply(
        exchange,
        status,
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("error");
          json.writeStringField("message", message);
          json.writeStringField("type", "invalid_request_error");
          json.writeStringField("param", "credential");
          json.writeStringField("code", count == 0 ? "not_found" : "conflict");
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private void answer(
      Exchange exchange,
      List<PoolView> views,
      String source,
      @Nullable QuotaRefresh asked,
      QuotaRefresh.@Nullable Result result)
      throws IOException {
    reply(
        exchange,
        200,
        json -> {
          json.writeStartObject();
          new QuotaStats(json, time.epochMillis()).write(views, source);
          if (asked != null && result != null) {
            asked.write(json, result);
          }
          json.writeEndObject();
        });
  }

  /** Writes a body. */
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static void reply(Exchange exchange, int status, Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = JsonBytes.FACTORY.createGenerator(out)) {
      body.write(json);
    }
    StatusRoutes.json(exchange, status, out.toString(StandardCharsets.UTF_8));
  }
}
