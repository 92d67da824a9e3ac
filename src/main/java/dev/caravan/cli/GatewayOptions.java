package dev.caravan.cli;

import dev.caravan.config.Configuration;
import dev.caravan.config.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * Which gateway a command asks as a client of it: a mixin for commands that need the client key
 * alone. {@link AdminOptions} is for those that need the operator's.
 */
final class GatewayOptions {

  /** What a command asks of the gateway, and prints. */
  interface Question {
    int ask(GatewayClient gateway) throws ChatTrouble, InterruptedException;
  }

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Data folder of the gateway, for its port and key (default: the current one).")
  private @Nullable String home;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Another gateway, such as https://gateway.example/v1.")
  private @Nullable URI url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Key of the gateway; PROXY_API_KEY when left out.")
  private @Nullable String key;

  /**
   * Asks, and turns trouble into a line of the error stream.
   *
   * @param spec of the command that asks
   * @return the exit code
   */
  int ask(CommandSpec spec, Map<String, String> environment, Question question)
      throws InterruptedException {
    try (GatewayClient gateway = client(environment)) {
      try {
        return question.ask(gateway);
      } catch (ChatTrouble trouble) {
        spec.commandLine()
            .getErr()
            .println(spec.qualifiedName() + ": " + gateway.withoutKey(trouble));
        spec.commandLine().getErr().flush();
        return 1;
      }
    }
  }

  /** The gateway that is meant; the caller closes it. */
  GatewayClient client(Map<String, String> environment) {
    Map<String, String> flags = new TreeMap<>();
    if (home != null) {
      flags.put("CARAVAN_HOME", home);
    }
    Path folder = Configuration.home(flags, environment);
    Configuration configuration = Configuration.load(folder, flags, environment);
    URI base = url == null ? local(configuration) : withoutVersion(url);
    return new GatewayClient(
        base, key != null ? Optional.of(key) : configuration.find(Settings.PROXY_API_KEY));
  }

  private static URI local(Configuration configuration) {
    return URI.create(
        "http://%s:%d"
            .formatted(
                Greeting.reachable(configuration.get(Settings.HOST)),
                configuration.get(Settings.PORT)));
  }

  /** Whoever knows the address knows it with the {@code /v1} that clients want, or without. */
  static URI withoutVersion(URI url) {
    return URI.create(url.toString().replaceAll("/+$", "").replaceAll("/v1$", ""));
  }
}
