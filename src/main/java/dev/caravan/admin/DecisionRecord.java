package dev.caravan.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.call.Note;
import dev.caravan.call.Skipped;
import dev.caravan.call.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision record as JSON (rotation.md 3.11): what was asked, each step with its milliseconds
 * since the begin, what came of it.
 */
public final class DecisionRecord {
  private DecisionRecord() {}

  /** The whole of it as text. */
  public static String json(Call call) {
    try {
      return Json.MAPPER.writeValueAsString(of(call));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values", e);
    }
  }

  /** The whole of it. */
  public static Map<String, Object> of(Call call) {
    Map<String, Object> record = line(call);
    record.put("dialect", call.dialect());
    record.put("routes", call.generation());
    record.put("deadline_ms", (call.deadline().atNanos() - call.startedNanos()) / 1_000_000);
    record.put("upstream_ms", millis(call.upstreamNanos()));
    record.put("steps", steps(call));
    Failure failure = call.failure();
    if (failure != null) {
      record.put("failure", failure(failure));
    }
    Usage usage = call.usage();
    if (!usage.isEmpty()) {
      record.put("usage", usage(usage));
    }
    if (!call.dropped().isEmpty()) {
      record.put("dropped", call.dropped());
    }
    Double cost = call.costUsd();
    if (cost != null) {
      record.put("cost_usd", cost);
    }
    return record;
  }

  /** The first line of it, for a list. */
  static Map<String, Object> line(Call call) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", call.id());
    line.put("started", Instant.ofEpochMilli(call.startedMillis()).toString());
    line.put("client", call.client());
    line.put("asked_for", call.requestedModel());
    line.put("model", call.model() == null ? null : String.valueOf(call.model()));
    line.put("stream", call.stream());
    Call.End end = call.end();
    line.put("end", end == null ? "running" : word(end));
    line.put("lasted_ms", millis(call.lastedNanos()));
    line.put("attempts", call.notes().stream().filter(n -> n instanceof Note.Tried).count());
    return line;
  }

  private static List<Map<String, Object>> steps(Call call) {
    List<Note> notes = new ArrayList<>(call.notes());
    // an attempt is noted at its end and told at its begin
    notes.sort(Comparator.comparingLong(Note::atNanos));
    return notes.stream().map(note -> step(note, call)).toList();
  }

  private static Map<String, Object> step(Note note, Call call) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("at_ms", millis(Math.max(0, note.atNanos() - call.startedNanos())));
    switch (note) {
      case Note.Routed(long _, var model) -> {
        step.put("step", "routed");
        step.put("model", model.toString());
      }
      case Note.PassedOver(long _, String provider, var skipped) -> {
        step.put("step", "passed_over");
        step.put("provider", provider);
        step.put("candidates", skipped.stream().map(DecisionRecord::candidate).toList());
      }
      case Note.Waited(long _, String provider, String reason, long nanos) -> {
        step.put("step", "waited");
        step.put("provider", provider);
        step.put("reason", reason);
        step.put("for_ms", millis(nanos));
      }
      case Note.Begun(long _, String provider, String credential) -> {
        step.put("step", "stream_began");
        step.put("provider", provider);
        step.put("credential", credential);
      }
      case Note.Tried(long _, var model, Attempt attempt, String message) -> {
        step.put("step", "attempt");
        step.put("model", model == null ? null : model.toString());
        step.put("credential", attempt.credential());
        step.put("status", attempt.status() == 0 ? null : attempt.status());
        step.put("class", attempt.fault() == null ? null : attempt.fault().word());
        step.put("took_ms", attempt.durationMillis());
        if (message != null) {
          step.put("message", shortened(message));
        }
      }
      case Note.GaveUp(long _, Failure failure) -> {
        step.put("step", "gave_up");
        step.put("failure", failure(failure));
      }
      case Note.Hooked(long _, String hook, long nanos, String outcome) -> {
        step.put("step", "hook");
        step.put("hook", hook);
        step.put("took_ms", millis(nanos));
        if (outcome != null) {
          step.put("outcome", outcome);
        }
      }
    }
    return step;
  }

  private static Map<String, Object> candidate(Skipped skipped) {
    Map<String, Object> candidate = new LinkedHashMap<>();
    candidate.put("credential", skipped.credential());
    candidate.put("why", skipped.why());
    putUnlessNull(candidate, "class", skipped.kind() == null ? null : skipped.kind().word());
    putUnlessNull(candidate, "until", skipped.until() == null ? null : skipped.until().toString());
    putUnlessNull(candidate, "source", skipped.source());
    putUnlessNull(candidate, "evidence", skipped.evidence());
    return candidate;
  }

  private static void putUnlessNull(Map<String, Object> into, String name, @Nullable Object value) {
    if (value != null) {
      into.put(name, value);
    }
  }

  private static Map<String, Object> failure(Failure failure) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", word(failure.kind()));
    map.put("status", failure.kind().status());
    map.put("message", failure.message());
    putUnlessNull(
        map,
        "retry_after_s",
        failure.retryAfter() == null ? null : failure.retryAfter().toSeconds());
    return map;
  }

  private static Map<String, Object> usage(Usage usage) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("input", usage.inputUncached());
    map.put("cache_read", usage.cacheRead());
    map.put("cache_write", usage.cacheWrite());
    map.put("output", usage.outputText());
    map.put("reasoning", usage.reasoning());
    map.put("estimated", usage.estimated());
    return map;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** With a digit behind the point, which is what a person wants to see. */
  private static double millis(long nanos) {
    return Math.round(nanos / 100_000.0) / 10.0;
  }

  private static String shortened(String message) {
    return message.length() <= 300 ? message : message.substring(0, 300) + "…";
  }
}
