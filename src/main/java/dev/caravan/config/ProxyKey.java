package dev.caravan.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The key that clients present, and how it came about (operations.md 3). Does not print itself;
 * whoever shows a new key to a person asks for {@link #value()}.
 */
public sealed interface ProxyKey {

  /** Somebody set it. */
  record FromConfiguration(String key, Source source) implements ProxyKey {
    @Override
    public String toString() {
      return "proxy key from " + source;
    }
  }

  /** Made at this start, and stored for the next. */
  record Written(String key, Path file) implements ProxyKey {
    @Override
    public String toString() {
      return "new proxy key, see " + file;
    }
  }

  /**
   * Made at this start, and lost at its end.
   *
   * @param why it could not be stored
   */
  record InMemory(String key, String why) implements ProxyKey {
    @Override
    public String toString() {
      return "new proxy key for this run only, since " + why;
    }
  }

  /** There is none, and {@code ALLOW_UNAUTHENTICATED} says that this is meant. */
  record NotNeeded() implements ProxyKey {
    @Override
    public String toString() {
      return "no proxy key: clients are not asked for one";
    }
  }

  /** What the reference implementation wrote at every first run, so everybody knows it. */
  String WELL_KNOWN = "VerysecretKey";

  int SHORTEST_STRONG = 16;

  /** The key itself, empty in open mode. */
  default Optional<String> value() {
    return switch (this) {
      case FromConfiguration(String key, Source _) -> Optional.of(key);
      case Written(String key, Path _) -> Optional.of(key);
      case InMemory(String key, String _) -> Optional.of(key);
      case NotNeeded() -> Optional.empty();
    };
  }

  /** Whether it is easy to guess. */
  default boolean isWeak() {
    return value()
        .filter(key -> key.equals(WELL_KNOWN) || key.length() < SHORTEST_STRONG)
        .isPresent();
  }

  /** The configuration as it is with this key, so that everybody sees the same. */
  default Configuration appliedTo(Configuration configuration) {
    String name = Settings.PROXY_API_KEY.name();
    return switch (this) {
      case FromConfiguration _, NotNeeded _ -> configuration;
      case Written(String key, Path _) -> configuration.with(name, key, Source.GENERATED);
      case InMemory(String key, String _) -> configuration.with(name, key, Source.GENERATED);
    };
  }

  /**
   * The configured key. If there is none and one is needed, makes a random one and adds it to the
   * {@code .env} of the data folder, or keeps it in memory when the folder cannot be written.
   */
  static ProxyKey ensure(Configuration configuration) {
    Optional<String> set = configuration.find(Settings.PROXY_API_KEY);
    if (set.isPresent()) {
      return new FromConfiguration(set.get(), configuration.source(Settings.PROXY_API_KEY));
    }
    return switch (configuration.get(Settings.ALLOW_UNAUTHENTICATED)) {
      case TRUE, REMOTE -> new NotNeeded();
      case FALSE -> store(random(), configuration.home().resolve(".env"));
    };
  }

  private static ProxyKey store(String key, Path file) {
    try {
      Files.createDirectories(file.resolveSibling(""));
      String text = EnvFile.parse(".env", textOf(file), name -> null).with("PROXY_API_KEY", key);
      new PrivateFile().write(file, text);
      return new Written(key, file);
    } catch (IOException notWritable) {
      return new InMemory(
          key, "%s cannot be written (%s)".formatted(file, notWritable.getClass().getSimpleName()));
    }
  }

  private static String textOf(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (NoSuchFileException absent) {
      return "";
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return "gk-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
