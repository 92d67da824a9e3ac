package dev.caravan.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The token of the admin surface: {@code ADMIN_TOKEN}, or one that the first start makes and keeps
 * in {@code state/admin-token} of the data folder, readable by its owner only, where the commands
 * on the same machine find it.
 */
public final class AdminToken {
  private static final Path FILE = Path.of("state", "admin-token");

  private AdminToken() {}

  /** The token of this data folder as a command sees it; empty when no start has made one. */
  public static Optional<String> find(Configuration configuration) {
    Optional<String> set = configuration.find(Settings.ADMIN_TOKEN);
    return set.isPresent() ? set : read(configuration.home().resolve(FILE));
  }

  /** The configuration with a token, made now if need be, and not yet {@linkplain #keep kept}. */
  public static Configuration ensuredIn(Configuration configuration) {
    if (configuration.find(Settings.ADMIN_TOKEN).isPresent()) {
      return configuration;
    }
    String token = read(configuration.home().resolve(FILE)).orElseGet(AdminToken::random);
    return configuration.with(Settings.ADMIN_TOKEN.name(), token, Source.GENERATED);
  }

  /**
   * Writes a generated token down, for the next start and for commands. To be called when the
   * gateway has started, so that a start that fails leaves no trace.
   *
   * @throws IOException when the data folder cannot be written; nobody knows the token then
   */
  public static void keep(Configuration configuration) throws IOException {
    Path file = configuration.home().resolve(FILE);
    boolean isGenerated =
        configuration.source(Settings.ADMIN_TOKEN).isGenerated() && read(file).isEmpty();
    if (isGenerated) {
      Files.createDirectories(file.resolveSibling(""));
      new PrivateFile().write(file, configuration.find(Settings.ADMIN_TOKEN).orElseThrow() + "\n");
    }
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
          .filter(token -> token.length() >= ProxyKey.SHORTEST_STRONG);
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return "ga-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
