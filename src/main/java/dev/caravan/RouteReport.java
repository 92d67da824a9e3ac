package dev.caravan;

import dev.caravan.reload.Complaint;
import dev.caravan.reload.Generations.Result;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log what came of a changed folder of routes. */
final class RouteReport {
  private static final Logger LOG = LoggerFactory.getLogger("dev.caravan.routes");

  private volatile boolean refused;

  /** In a few words what makes the files of the folder unusable; empty when they serve. */
  static Optional<String> rejectedEdit(List<Complaint> complaints) {
    return complaints.stream()
        .findFirst()
        .map(
            first ->
                first.file().isEmpty()
                    ? first.what()
                    : "rejected edit of %s, line %d".formatted(first.file(), first.line()));
  }

  /** One line, or one for each complaint. */
  void of(Result result) {
    switch (result) {
      case Result.Changed(var diff, var took, var dryRun) -> {
        refused = false;
        LOG.info("routes: live after {} ms: {}", took.toMillis(), diff);
      }
      case Result.Same() -> {
        if (refused) {
          LOG.info("routes: the files are again those that serve");
        }
        refused = false;
      }
      case Result.Rejected(var complaints) -> {
        refused = true;
        for (Complaint complaint : complaints) {
          LOG.error("routes: {}", complaint);
        }
        LOG.error("routes: the change is refused; the routes before it go on serving");
      }
    }
  }
}
