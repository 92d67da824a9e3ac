package dev.caravan.provider.google;

import java.time.Duration;
import java.util.List;

/**
 * In what the two providers differ when they look for a project.
 *
 * @param projectVariables settings that name a project for all accounts, the first that is set
 *     counts
 * @param metadata what the client says of itself, as JSON
 * @param polls how often it is asked whether a new project is there
 * @param pause between two of them
 * @param scans whether projects of the account's own are looked at
 * @param asksLastBaseFirst whether the last of the provider's addresses, which is that for
 *     everybody, is asked about accounts before the others
 * @param patience with one question to one address
 */
record Approach(
    List<String> projectVariables,
    String metadata,
    int polls,
    Duration pause,
    boolean scans,
    boolean asksLastBaseFirst,
    Duration patience) {

  /** The vendor's words for "nothing is said", as its own programs send them. */
  static final String UNSPECIFIED =
      "{\"ideType\":\"IDE_UNSPECIFIED\",\"platform\":\"PLATFORM_UNSPECIFIED\",\"pluginType\":\"GEMINI\"}";

  static final Approach GEMINI_CLI =
      new Approach(
          List.of("GEMINI_CLI_PROJECT_ID"),
          UNSPECIFIED,
          150,
          Duration.ofSeconds(2),
          true,
          false,
          Duration.ofSeconds(20));

  static final Approach ANTIGRAVITY =
      new Approach(
          List.of("ANTIGRAVITY_PROJECT_ID", "GOOGLE_CLOUD_PROJECT"),
          UNSPECIFIED,
          30,
          Duration.ofSeconds(2),
          false,
          true,
          Duration.ofSeconds(15));

  /** How long a new project is waited for. */
  Duration patienceWithProjects() {
    return pause.multipliedBy(polls);
  }
}
