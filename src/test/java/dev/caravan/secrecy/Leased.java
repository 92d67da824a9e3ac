package dev.caravan.secrecy;

import dev.caravan.call.Call;
import dev.caravan.call.Deadline;
import dev.caravan.call.ModelName;
import dev.caravan.call.Outcome;
import dev.caravan.call.TimeSource;
import dev.caravan.call.Usage;
import dev.caravan.pool.Ask;
import dev.caravan.pool.Choice;
import dev.caravan.pool.Pool;
import java.time.Duration;
import java.util.List;

/** What a call that has a lease prints of itself. */
final class Leased {
  private Leased() {}

  static String of(Pool pool) {
    TimeSource time = TimeSource.system();
    Call call =
        new Call(
            "id",
            "default",
            "openai-chat",
            "acme/x",
            false,
            Deadline.in(Duration.ofSeconds(5), time));
    Ask ask = pool.ask(call, ModelName.parse("acme/x").orElseThrow());
    if (pool.choose(ask) instanceof Choice.Lent lent) {
      // as objects, since the question is what they print, be it only their identity
      List<Object> printing = List.of(lent, lent.lease(), lent.lease().credential(), call, ask);
      String printed = printing.toString();
      lent.lease().settle(new Outcome.Cancelled(Usage.NONE));
      return printed;
    }
    throw new AssertionError("no credential is free");
  }
}
