package dev.caravan.route.hook;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How each hook has done so far, by its name; outlives every set of routes. Thread-safe. */
public final class HookCounts {

  /** The counts of one hook. */
  static final class Count {
    final LongAdder runs = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder skips = new LongAdder();
    final LongAdder nanos = new LongAdder();
    private volatile @Nullable String lastFailure;
    private volatile @Nullable Instant lastFailureAt;

    void failed(String why) {
      failures.increment();
      lastFailure = why;
      lastFailureAt = Instant.now();
    }

    private Map<String, Object> view() {
      Map<String, Object> view = new LinkedHashMap<>();
      long ran = runs.sum();
      view.put("runs", ran);
      view.put("refusals", refusals.sum());
      view.put("failures", failures.sum());
      view.put("timeouts", timeouts.sum());
      view.put("skipped", skips.sum());
      view.put("mean_us", ran == 0 ? 0 : nanos.sum() / ran / 1000);
      if (lastFailure != null) {
        view.put("last_failure", lastFailure);
        view.put("last_failure_at", String.valueOf(lastFailureAt));
      }
      return view;
    }
  }

  private final ConcurrentMap<String, Count> byName = new ConcurrentHashMap<>();

  Count of(String name) {
    return byName.computeIfAbsent(name, n -> new Count());
  }

  /** For operators: the hooks that are active, each with its contract and its counts. */
  List<Map<String, Object>> view(List<Hook> active) {
    List<Map<String, Object>> views = new ArrayList<>();
    for (Hook hook : active) {
      Map<String, Object> view = new LinkedHashMap<>();
      view.put("hook", hook.name());
      view.put("point", hook.point().word());
      view.put("order", hook.order());
      view.put(
          "on_failure", hook.failsClosed() ? HookEndpoint.FAIL_CLOSED : HookEndpoint.FAIL_OPEN);
      view.put("time_budget_ms", hook.budgetNanos() / 1_000_000);
      view.put("resting", hook.isResting());
      view.putAll(of(hook.name()).view());
      views.add(view);
    }
    return views;
  }
}
