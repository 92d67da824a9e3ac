package dev.caravan;

import java.io.IOException;

/** A port that was asked for by name is another program's. */
public final class PortInUse extends IOException {
  private static final long serialVersionUID = 1L;

  PortInUse(String setting, int port, Throwable cause) {
    super("port %d is in use; choose another with %s".formatted(port, setting), cause);
  }
}
