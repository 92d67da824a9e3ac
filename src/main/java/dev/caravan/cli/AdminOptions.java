package dev.caravan.cli;

import dev.caravan.config.AdminToken;
import dev.caravan.config.Configuration;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Which gateway a command asks: a mixin for all commands that talk to a running one. */
final class AdminOptions {

  /** What a command asks of the gateway, and prints. */
  interface Question {
    int ask(AdminClient gateway) throws AdminTrouble, InterruptedException;
  }

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description =
          "Data folder of the gateway, where its settings and its token are (default: the current one).")
  private @Nullable String home;

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      description =
          "Its admin surface (default: http://127.0.0.1:8001/admin, or what MANAGEMENT_HOST and MANAGEMENT_PORT say). The token is ADMIN_TOKEN.")
  private @Nullable URI url;

  /**
   * Asks, and turns trouble into a line of the error stream.
   *
   * @param spec of the command that asks
   * @return the exit code
   */
  int ask(CommandSpec spec, Question question) throws InterruptedException {
    try (AdminClient gateway = client(System.getenv())) {
      return question.ask(gateway);
    } catch (AdminTrouble trouble) {
      spec.commandLine()
          .getErr()
          .println(spec.qualifiedName() + ": " + String.valueOf(trouble.getMessage()));
      return trouble.exitCode();
    }
  }

  private AdminClient client(Map<String, String> environment) {
    Map<String, String> flags = new TreeMap<>();
    if (home != null) {
      flags.put("CARAVAN_HOME", home);
    }
    Configuration configuration =
        Configuration.load(Configuration.home(flags, environment), flags, environment);
    return url == null
        ? AdminClient.of(configuration)
        : new AdminClient(withoutSlash(url), AdminToken.find(configuration));
  }

  private static URI withoutSlash(URI url) {
    return URI.create(url.toString().replaceAll("/+$", ""));
  }
}
