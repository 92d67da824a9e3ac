package dev.caravan.cli;

import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the route files are: told, in the data folder, or beside the program. */
public final class RouteFolder {
  private RouteFolder() {}

  public static Path of(Configuration configuration) {
    Path own = configuration.get(Settings.CARAVAN_ROUTES);
    String installed = System.getProperty("caravan.install");
    boolean told = configuration.isSet(Settings.CARAVAN_ROUTES);
    return told || installed == null || Files.isDirectory(own) ? own : Path.of(installed, "routes");
  }
}
