package dev.caravan;

import dev.caravan.admin.AdminOperation;
import dev.caravan.admin.AdminRequest;
import dev.caravan.http.StreamingHttpServer;
import dev.caravan.pool.Pools;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code GET /admin/status}: what runs, since when, and how much of it. */
record StatusReport(
    StreamingHttpServer server, Pools pools, Supplier<List<String>> providers, Instant started)
    implements AdminOperation {

  @Override
  public Object run(AdminRequest request) {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("version", Version.number());
    status.put("started", started.toString());
    status.put("uptime_seconds", Duration.between(started, Instant.now()).toSeconds());
    status.put("draining", server.isDraining());
    status.put("in_flight", server.inFlight());
    status.put("providers", providers.get());
    status.put(
        "credentials", pools.all().stream().mapToInt(pool -> pool.credentials().size()).sum());
    return status;
  }
}
