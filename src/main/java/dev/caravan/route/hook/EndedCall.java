package dev.caravan.route.hook;

import dev.caravan.call.Attempt;
import dev.caravan.call.Call;
import dev.caravan.call.Failure;
import dev.caravan.upstream.Calls;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultExchange;

/** What hooks are told of a call that has ended. */
final class EndedCall {
  private final CamelContext context;
  private final Map<String, Object> variables;
  private final String record;

  EndedCall(CamelContext context, Call call, Call.End end, Map<String, Object> variables) {
    this.context = context;
    this.record = Hooks.recordOf(call);
    this.variables = new HashMap<>(variables);
    this.variables.remove(Calls.CALL);
    this.variables.put("dialect", call.dialect());
    this.variables.put("requestId", call.id());
    this.variables.put("end", end.name().toLowerCase(Locale.ROOT));
    this.variables.put("status", status(call, end));
    Failure failure = call.failure();
    List<Attempt> attempts = call.attempts();
    this.variables.put("error", error(failure, attempts));
    this.variables.put("attempts", attempts.size());
    this.variables.put("millis", call.lastedNanos() / 1_000_000);
    this.variables.put("inputTokens", call.usage().input());
    this.variables.put("outputTokens", call.usage().output());
  }

  /** What the client saw; 499 when it left before the end. */
  private static int status(Call call, Call.End end) {
    Failure failure = call.failure();
    return switch (end) {
      case ANSWERED -> 200;
      case CANCELLED -> 499;
      case FAILED -> failure == null ? 200 : failure.kind().status();
    };
  }

  /** A stream that broke has told its client by an event, and has no failure beside the attempt. */
  private static String error(
      @org.jspecify.annotations.Nullable Failure failure, List<Attempt> attempts) {
    if (failure != null) {
      return failure.message();
    }
    Attempt last = attempts.isEmpty() ? null : attempts.getLast();
    return last == null || last.fault() == null ? "" : last.fault().word();
  }

  void tell(Hook hook) {
    Exchange own = new DefaultExchange(context, ExchangePattern.InOnly);
    own.getMessage().setBody(record);
    variables.forEach(own::setVariable);
    Throwable problem = hook.run(own, null);
    if (problem != null) {
      hook.failed(problem);
    }
  }
}
