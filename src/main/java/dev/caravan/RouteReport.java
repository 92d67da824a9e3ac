package dev.caravan;

import dev.caravan.reload.Complaint;
import dev.caravan.reload.Generations.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what came of a changed folder of routes. */
final class RouteReport {
  private static final Logger LOG = LoggerFactory.getLogger("dev.caravan.routes");

  /** One line, or one for each complaint. */
  void of(Result result) {
    switch (result) {
      case Result.Changed(var diff, var took, var dryRun) ->
          LOG.info("routes: live after {} ms: {}", took.toMillis(), diff);
      case Result.Same() -> LOG.debug("routes: the files are those that are live");
      case Result.Rejected(var complaints) -> {
        for (Complaint complaint : complaints) {
          LOG.error("routes: {}", complaint);
        }
        LOG.error("routes: the change is refused; the routes before it go on serving");
      }
    }
  }
}
