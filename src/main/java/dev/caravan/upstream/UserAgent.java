package dev.caravan.upstream;

/** How the gateway names itself: as itself (providers.md 1, principle 4). */
final class UserAgent {
  static final String VALUE = "caravan/" + version();

  private UserAgent() {}

  private static String version() {
    String version = UserAgent.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
