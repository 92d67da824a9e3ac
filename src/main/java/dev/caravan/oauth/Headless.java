package dev.caravan.oauth;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Whether a browser can be opened here (providers.md 2.5). */
public final class Headless {
  private static final List<String> SSH = List.of("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY");
  private static final List<String> CI =
      List.of(
          "CI",
          "GITHUB_ACTIONS",
          "GITLAB_CI",
          "JENKINS_URL",
          "CIRCLECI",
          "TRAVIS",
          "BUILDKITE",
          "DRONE",
          "TEAMCITY_VERSION",
          "TF_BUILD",
          "CODEBUILD_BUILD_ID");
  private static final List<String> CONTAINERS = List.of("/.dockerenv", "/run/.containerenv");

  private Headless() {}

  /**
   * Whether there is no browser to be opened.
   *
   * @param environment of this process
   * @param system the name of the operating system, as Java tells it
   * @param exists whether a file exists
   */
  public static boolean is(
      Map<String, String> environment, String system, Predicate<String> exists) {
    String os = system.toLowerCase(Locale.ROOT);
    boolean desktop = os.contains("win") || os.contains("mac");
    boolean display = has(environment, "DISPLAY") || has(environment, "WAYLAND_DISPLAY");
    String session = environment.getOrDefault("SESSIONNAME", "").toLowerCase(Locale.ROOT);
    return (!desktop && !display)
        || SSH.stream().anyMatch(name -> has(environment, name))
        || CI.stream().anyMatch(name -> has(environment, name))
        || (os.contains("win") && (session.equals("services") || session.startsWith("rdp-tcp")))
        || CONTAINERS.stream().anyMatch(exists);
  }

  private static boolean has(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }
}
