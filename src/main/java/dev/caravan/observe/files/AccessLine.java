package dev.caravan.observe.files;

import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.ModelName;
import dev.caravan.call.Usage;
import dev.caravan.observe.LogFields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The line about a request at its end (operations.md 13.1). */
final class AccessLine {
  private final StringBuilder text = new StringBuilder(160);
  private final Map<String, Object> members = new LinkedHashMap<>();

  private AccessLine() {}

  static LogFields of(TakenCall taken) {
    return new AccessLine().build(taken);
  }

  private LogFields build(TakenCall taken) {
    String target = taken.request.target();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    text.append(taken.request.method()).append(' ').append(path);
    text.append(' ').append(taken.status).append(' ').append(taken.durationMillis()).append(" ms");
    put("request_id", taken.request.id());
    put("method", taken.request.method());
    put("path", path);
    put("surface", taken.surface);
    put("client", taken.request.remote());
    put("status", taken.status);
    put("duration_ms", taken.durationMillis());
    if (taken.firstByteMillis() >= 0) {
      put("ttft_ms", taken.firstByteMillis());
    }
    put("response_bytes", taken.answerLength);
    Call call = taken.call;
    if (call != null) {
      call(call, taken.end);
    }
    text.append(" from ").append(taken.request.remote());
    text.append(" id ").append(taken.request.id());
    return new LogFields(text.toString(), members);
  }

  private void call(Call call, Call.@Nullable End end) {
    ModelName model = call.model();
    Usage usage = call.usage();
    text.append(' ').append(model == null ? call.requestedModel() : model);
    put("client_key", call.client());
    put("provider", model == null ? "" : model.provider());
    put("model", model == null ? call.requestedModel() : model.toString());
    if (!call.attempts().isEmpty()) {
      Attempt last = call.attempts().getLast();
      text.append(" credential ").append(last.credential());
      put("credential", last.credential());
      if (last.fault() != null) {
        put("error_class", last.fault().word());
      }
    }
    put("attempt", call.attempts().size());
    if (call.attempts().size() > 1) {
      text.append(" (").append(call.attempts().size()).append(" attempts)");
    }
    put("input_tokens", usage.input());
    put("output_tokens", usage.output());
    if (!usage.isEmpty()) {
      text.append(' ').append(usage.input()).append('+').append(usage.output()).append(" tokens");
    }
    if (end != null && end != Call.End.ANSWERED) {
      String how = end.name().toLowerCase(Locale.ROOT);
      put("end", how);
      text.append(' ').append(how);
    }
    text.append(" for ").append(call.client());
  }

  private void put(String name, Object value) {
    members.put(name, value);
  }
}
