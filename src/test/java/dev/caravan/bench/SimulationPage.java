package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The parts of pages that the simulation writes. */
public final class SimulationPage {
  private static final Section SECTION = new Section("simulation");

  /**
   * Writes a part under a line that says how it was made.
   *
   * @param page with marks for it
   */
  public void write(Path page, String tables, String command) throws IOException {
    SECTION.write(page, Machine.here().describe(command) + "\n\n" + tables);
  }
}
