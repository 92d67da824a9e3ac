package dev.caravan.route;

import dev.caravan.call.Call;
import dev.caravan.call.Fault;
import dev.caravan.call.ModelName;
import dev.caravan.http.ServedRequest;
import dev.caravan.observe.files.FailedAttempt;
import dev.caravan.observe.files.FailureLog;
import dev.caravan.pool.Decision;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Tells the failure log of attempts, after they have been added to their call. Thread-safe. */
final class FailureNotes {
  private final FailureLog log;

  FailureNotes(FailureLog log) {
    this.log = log;
  }

  /** An attempt has failed, and the pool has decided what comes next. */
  void note(
      Exchange exchange,
      Call call,
      String credential,
      Fault fault,
      Decision decision,
      Exception problem) {
    if (log.isOn()) {
      add(ServedRequest.of(exchange), call, credential, fault, word(decision), problem);
    }
  }

  /** A stream broke after it had begun. */
  void noteBroken(@Nullable ServedRequest served, Call call, String credential, Fault fault) {
    if (log.isOn()) {
      add(served, call, credential, fault, "fail", null);
    }
  }

  private void add(
      @Nullable ServedRequest served,
      Call call,
      String credential,
      Fault fault,
      String decision,
      @Nullable Exception problem) {
    ModelName model = call.model();
    log.add(
        new FailedAttempt(
            call.id(),
            model == null ? "" : model.provider(),
            model == null ? call.requestedModel() : model.toString(),
            credential,
            call.attempts().size(),
            fault,
            decision,
            served == null ? List.of() : served.headers(),
            problem));
  }

  private static String word(Decision decision) {
    return switch (decision) {
      case Decision.RetrySame again -> "retry-same";
      case Decision.Rotate next -> "rotate";
      case Decision.Stop stop -> "fail";
    };
  }
}
