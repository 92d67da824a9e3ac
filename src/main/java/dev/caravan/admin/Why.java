package dev.caravan.admin;

import dev.caravan.call.Call;
import dev.caravan.call.RecentCalls;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a recent call went where it went: {@code /why/{id}} and {@code /why?model=…}. */
public final class Why {
  private static final int LISTED = 50;

  private final RecentCalls recent;

  public Why(RecentCalls recent) {
    this.recent = recent;
  }

  /** Adds its operations. */
  public void addTo(AdminSurface admin) {
    admin.get("/why/{id}", "the decision record of a call, by X-Request-Id", this::one);
    admin.get("/why", "recent calls, newest first; ?model= keeps those of one model", this::list);
  }

  private Object one(AdminRequest request) {
    String id = request.path("id");
    return recent.newestFirst().stream()
        .filter(call -> call.id().equals(id))
        .findFirst()
        .map(DecisionRecord::of)
        .orElseThrow(
            () ->
                AdminRefusal.notFound(
                    "no call with the id '%s' is among the last %d (DECISION_RECORDS); requests that were refused before their model was read leave no record"
                        .formatted(shown(id), recent.size())));
  }

  private Object list(AdminRequest request) {
    String model = request.query("model");
    List<Map<String, Object>> calls =
        recent.newestFirst().stream()
            .filter(call -> model == null || isOf(call, model))
            .limit(LISTED)
            .map(DecisionRecord::line)
            .toList();
    return Map.of("calls", calls);
  }

  private static boolean isOf(Call call, String model) {
    return call.requestedModel().equals(model) || model.equals(String.valueOf(call.model()));
  }

  private static String shown(@Nullable String id) {
    return id == null || id.length() <= 128 ? String.valueOf(id) : id.substring(0, 128) + "…";
  }
}
