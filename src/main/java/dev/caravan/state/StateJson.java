package dev.caravan.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.call.FaultClass;
import dev.caravan.pool.Cooldown;
import dev.caravan.pool.Counts;
import dev.caravan.pool.PoolState;
import dev.caravan.pool.PoolState.CredentialState;
import dev.caravan.pool.PoolState.CycleState;
import dev.caravan.pool.PoolState.PinState;
import dev.caravan.pool.PoolState.ScopeState;
import dev.caravan.pool.PoolState.ThrottleState;
import dev.caravan.pool.PoolState.WindowState;
import dev.caravan.pool.ScopeKind;
import dev.caravan.pool.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool knows, as JSON: one value a credential, and one for what belongs to the whole pool.
 * Zeros and nulls are left out. Times are epoch milliseconds.
 */
final class StateJson {
  private static final JsonFactory JSON = new JsonFactory();

  private StateJson() {}

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static byte[] object(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return out.toByteArray();
  }

  static byte[] credential(CredentialState state) {
    return object(
        json -> {
          text(json, "fingerprint", state.fingerprint());
          text(json, "tier", state.tier());
          number(json, "priority", state.priority());
          flag(json, "disabled", state.disabled());
          flag(json, "needs_reauth", state.needsReauth());
          number(json, "last_success", state.lastSuccess());
          counts(json, "totals", state.totals());
          json.writeArrayFieldStart("scopes");
          for (ScopeState scope : state.scopes()) {
            scope(json, scope);
          }
          json.writeEndArray();
        });
  }

  static CredentialState credential(String id, byte[] value) throws IOException {
    JsonObject json = JsonObject.parse(value);
    return new CredentialState(
        id,
        json.text("fingerprint", ""),
        json.text("tier"),
        (int) json.number("priority"),
        false,
        json.flag("disabled"),
        json.flag("needs_reauth"),
        json.number("last_success"),
        counts(json.object("totals")),
        json.list("scopes").stream().map(StateJson::scope).toList());
  }

  private static void scope(JsonGenerator json, ScopeState scope) throws IOException {
    json.writeStartObject();
    text(json, "scope", scope.scope());
    text(json, "kind", scope.kind().word());
    counts(json, "totals", scope.totals());
    if (!scope.windows().isEmpty()) {
      json.writeArrayFieldStart("windows");
      for (WindowState window : scope.windows()) {
        window(json, window);
      }
      json.writeEndArray();
    }
    Cooldown cooldown = scope.cooldown();
    if (cooldown != null) {
      json.writeObjectFieldStart("cooldown");
      cooldown(json, cooldown);
      number(json, "next_probe", scope.nextProbe());
      number(json, "probe_interval", scope.probeInterval());
      json.writeEndObject();
    }
    number(json, "failures_in_row", scope.failuresInRow());
    number(json, "failed_at", scope.failedAt());
    text(json, "mark", scope.mark());
    number(json, "marked_at", scope.markedAt());
    number(json, "cycle_requests", scope.cycleRequests());
    json.writeEndObject();
  }

  private static ScopeState scope(JsonObject json) {
    String name = json.text("scope", "");
    JsonObject rest = json.object("cooldown");
    return new ScopeState(
        name,
        named(ScopeKind.class, json.text("kind"), ScopeKind.MODEL),
        counts(json.object("totals")),
        json.list("windows").stream().map(StateJson::window).toList(),
        json.has("cooldown") ? cooldown(name, rest) : null,
        (int) json.number("failures_in_row"),
        json.number("failed_at"),
        rest.number("next_probe"),
        rest.number("probe_interval"),
        json.text("mark"),
        json.number("marked_at"),
        json.number("cycle_requests"));
  }

  private static void cooldown(JsonGenerator json, Cooldown cooldown) throws IOException {
    text(json, "class", cooldown.kind().word());
    text(json, "reason", cooldown.reason());
    text(json, "source", cooldown.source().word());
    text(json, "evidence", cooldown.evidence());
    number(json, "since", cooldown.since().toEpochMilli());
    number(json, "until", cooldown.until().toEpochMilli());
  }

  private static Cooldown cooldown(String scope, JsonObject json) {
    FaultClass kind = named(FaultClass.class, json.text("class"), FaultClass.UNKNOWN);
    return new Cooldown(
        scope,
        kind,
        json.text("reason", kind.word()),
        source(json.text("source")),
        json.text("evidence", ""),
        Instant.ofEpochMilli(json.number("since")),
        Instant.ofEpochMilli(json.number("until")));
  }

  private static void window(JsonGenerator json, WindowState window) throws IOException {
    json.writeStartObject();
    text(json, "name", window.name());
    counts(json, "counts", window.counts());
    number(json, "started_at", window.startedAt());
    number(json, "reset_at", window.resetAt());
    if (window.limit() >= 0) {
      json.writeNumberField("limit", window.limit());
    }
    number(json, "baseline_at", window.baselineAt());
    number(json, "most_requests", window.mostRequests());
    number(json, "most_requests_at", window.mostRequestsAt());
    json.writeEndObject();
  }

  private static WindowState window(JsonObject json) {
    return new WindowState(
        json.text("name", ""),
        counts(json.object("counts")),
        json.number("started_at"),
        json.number("reset_at"),
        json.number("limit", -1),
        json.number("baseline_at"),
        json.number("most_requests"),
        json.number("most_requests_at"));
  }

  private static void counts(JsonGenerator json, String name, Counts counts) throws IOException {
    if (counts.equals(Counts.NONE)) {
      return;
    }
    json.writeObjectFieldStart(name);
    number(json, "requests", counts.requests());
    number(json, "successes", counts.successes());
    number(json, "failures", counts.failures());
    number(json, "prompt", counts.prompt());
    number(json, "cache_read", counts.cacheRead());
    number(json, "cache_write", counts.cacheWrite());
    number(json, "completion", counts.completion());
    number(json, "thinking", counts.thinking());
    if (counts.cost() != 0) {
      json.writeNumberField("cost", counts.cost());
    }
    number(json, "first_used", counts.firstUsed());
    number(json, "last_used", counts.lastUsed());
    json.writeEndObject();
  }

  private static Counts counts(JsonObject json) {
    return new Counts(
        json.number("requests"),
        json.number("successes"),
        json.number("failures"),
        json.number("prompt"),
        json.number("cache_read"),
        json.number("cache_write"),
        json.number("completion"),
        json.number("thinking"),
        json.decimal("cost"),
        json.number("first_used"),
        json.number("last_used"));
  }

  /** What is not a credential's alone: cycles, throttles, pins. */
  static byte[] shared(PoolState state) {
    return object(
        json -> {
          json.writeArrayFieldStart("cycles");
          for (CycleState cycle : state.cycles()) {
            json.writeStartObject();
            text(json, "scope", cycle.scope());
            json.writeNumberField("tier", cycle.tier());
            number(json, "started_at", cycle.startedAt());
            number(json, "cycles", cycle.cycles());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("throttles");
          for (ThrottleState throttle : state.throttles()) {
            json.writeStartObject();
            text(json, "scope", throttle.scope());
            text(json, "class", throttle.kind().word());
            text(json, "evidence", throttle.evidence());
            number(json, "until", throttle.until());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("pins");
          for (PinState pin : state.pins()) {
            json.writeStartObject();
            text(json, "session", pin.session());
            text(json, "credential", pin.credential());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  /** The same, with these credentials. */
  static PoolState pool(
      String provider, byte @Nullable [] shared, List<CredentialState> credentials, long at)
      throws IOException {
    JsonObject json =
        shared == null ? JsonObject.parse(new byte[] {'{', '}'}) : JsonObject.parse(shared);
    return new PoolState(
        provider,
        at,
        credentials,
        json.list("cycles").stream()
            .map(
                c ->
                    new CycleState(
                        c.text("scope", ""),
                        (int) c.number("tier", -1),
                        c.number("started_at"),
                        (int) c.number("cycles")))
            .toList(),
        json.list("throttles").stream()
            .map(
                t ->
                    new ThrottleState(
                        t.text("scope", ""),
                        named(FaultClass.class, t.text("class"), FaultClass.UNKNOWN),
                        t.text("evidence", ""),
                        t.number("until")))
            .toList(),
        json.list("pins").stream()
            .map(p -> new PinState(p.text("session"), p.text("credential", "")))
            .toList());
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value != null && !value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }

  private static void number(JsonGenerator json, String name, long value) throws IOException {
    if (value != 0) {
      json.writeNumberField(name, value);
    }
  }

  private static void flag(JsonGenerator json, String name, boolean value) throws IOException {
    if (value) {
      json.writeBooleanField(name, true);
    }
  }

  static Source source(@Nullable String word) {
    for (Source source : Source.values()) {
      if (source.word().equals(word)) {
        return source;
      }
    }
    return Source.SYSTEM;
  }

  static <E extends Enum<E>> E named(Class<E> type, @Nullable String word, E otherwise) {
    for (E value : type.getEnumConstants()) {
      if (value.name().equalsIgnoreCase(word)) {
        return value;
      }
    }
    return otherwise;
  }
}
