package dev.caravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jars that a team has put into {@code lib/} of its data folder: Camel components, beans, drivers.
 * Looked at once, when the gateway starts.
 */
final class Libraries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Libraries.class);

  private final @Nullable URLClassLoader loader;

  private Libraries(@Nullable URLClassLoader loader) {
    this.loader = loader;
  }

  /** Those of a data folder; it need not have any. */
  static Libraries of(Path home) {
    Path folder = home.resolve("lib");
    if (!Files.isDirectory(folder)) {
      return new Libraries(null);
    }
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(file.toUri().toURL());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (jars.isEmpty()) {
      return new Libraries(null);
    }
    LOG.info("{} jars of {} are on the class path", jars.size(), folder);
    return new Libraries(
        new URLClassLoader("lib", jars.toArray(URL[]::new), Libraries.class.getClassLoader()));
  }

  /** Lets a context find what is in them. Before its components are looked up. */
  void addTo(CamelContext context) {
    if (loader != null) {
      context.setApplicationContextClassLoader(loader);
      context.getClassResolver().addClassLoader(loader);
    }
  }

  @Override
  public void close() {
    if (loader != null) {
      try {
        loader.close();
      } catch (IOException e) {
        LOG.debug("gateway: a jar of lib/ could not be closed", e);
      }
    }
  }
}
