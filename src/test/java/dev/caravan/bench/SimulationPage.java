package dev.caravan.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The part of {@code docs/simulation.md} that the simulation writes. */
public final class SimulationPage {

  public void write(Path page, String tables, String command) throws IOException {
    String text = Machine.here().describe(command) + "\n\n" + tables;
    new Section("simulation").write(page, text);
  }
}
