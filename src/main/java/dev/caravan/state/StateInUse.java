package dev.caravan.state;

import java.nio.file.Path;

/** Another gateway is using the state folder. */
public final class StateInUse extends Exception {
  private static final long serialVersionUID = 1;

  StateInUse(Path folder, String process) {
    super(
        "another Caravan%s uses %s; stop it, or give this one a data folder of its own with --home (or STATE_STORE=memory)"
            .formatted(process.isEmpty() ? "" : " (process " + process + ")", folder));
  }
}
