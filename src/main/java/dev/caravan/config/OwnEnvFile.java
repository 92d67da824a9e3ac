package dev.caravan.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The {@code .env} of a data folder, for commands that change it: one variable at a time, every
 * other byte as it was, the version before kept in {@code backups/}. Two that change it at the same
 * moment may lose one of the changes.
 */
public final class OwnEnvFile {
  private final Path file;

  private OwnEnvFile(Path file) {
    this.file = file;
  }

  public static OwnEnvFile in(Path home) {
    return new OwnEnvFile(home.resolve(".env"));
  }

  /** Why a setting cannot have this value, the end of a sentence; empty when it can. */
  public static Optional<String> fault(String name, String value) {
    Setting<?> setting = Settings.named(name).orElse(null);
    if (setting == null || (value.isEmpty() && setting.type().emptyCounts())) {
      return Optional.empty();
    }
    if (value.isBlank()) {
      return Optional.of("an empty value counts as not set; caravan config unset takes it out");
    }
    try {
      setting.type().read(value.strip());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("it has to be " + setting.type().legal());
    }
  }

  public Path path() {
    return file;
  }

  /** Whether it sets this variable. */
  public boolean has(String name) throws IOException {
    return parsed().value(name) != null;
  }

  /** Sets a variable, in its place if it is there already. */
  public void set(String name, String value) throws IOException {
    Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
    new PrivateFile().write(file, parsed().with(name, value));
  }

  /**
   * Takes a variable out, wherever it stands.
   *
   * @return whether it was there
   */
  public boolean unset(String name) throws IOException {
    EnvFile before = parsed();
    if (before.value(name) == null) {
      return false;
    }
    new PrivateFile().write(file, before.without(name));
    return true;
  }

  private EnvFile parsed() throws IOException {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException absent) {
      text = "";
    }
    return EnvFile.parse(".env", text, name -> null);
  }
}
