package dev.caravan.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.AccountUnusable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cloud project and the plan of an account, and has Google make a project where there is
 * none (providers.md 5.10). Belongs to one look.
 */
final class ProjectDiscovery {
  private static final String NO_TIER = "";
  private static final String LEGACY = "legacy-tier";

  /**
   * What was found.
   *
   * @param plan Google's own name of it, empty when it does not tell
   */
  record Found(String project, String plan) {}

  private final CodeAssistBackend google;
  private final Approach approach;
  private final CloudProjects projects;
  private final @Nullable String configured;

  /**
   * @param configured project that a setting names, null for none
   */
  ProjectDiscovery(
      CodeAssistBackend google,
      CloudProjects projects,
      Approach approach,
      @Nullable String configured) {
    this.google = google;
    this.projects = projects;
    this.approach = approach;
    this.configured = configured;
  }

  /**
   * Looks, and waits for a new project where one is made.
   *
   * @throws AccountUnusable if Google does not serve this account
   * @throws IOException if there is no project, or none could be found now
   */
  Found find() throws IOException {
    JsonNode loaded;
    try {
      loaded = load(configured);
    } catch (AccountUnusable e) {
      throw e;
    } catch (IOException e) {
      return lastResort(e);
    }
    String tier = effectiveTier(loaded);
    if (tier.equals(NO_TIER) && !mayJoin(loaded)) {
      throw new AccountUnusable(ineligible(loaded), true);
    }
    if (!tier.equals(NO_TIER)) {
      Optional<String> known =
          projectOf(loaded.path("cloudaicompanionProject"))
              .or(() -> Optional.ofNullable(configured));
      if (known.isPresent()) {
        return new Found(known.get(), tier);
      }
      Optional<Found> scanned = scan();
      if (scanned.isPresent()) {
        return scanned.get();
      }
    }
    try {
      return onboard(loaded, tier);
    } catch (CodeAssistBackend.Refused e) {
      return lastResort(e);
    }
  }

  private JsonNode load(@Nullable String project) throws IOException {
    ObjectNode question = CodeAssistBackend.TREES.createObjectNode();
    ObjectNode metadata = metadata();
    if (project != null) {
      question.put("cloudaicompanionProject", project);
      metadata.put("duetProject", project);
    }
    question.set("metadata", metadata);
    return google.post("loadCodeAssist", question);
  }

  private ObjectNode metadata() throws IOException {
    return (ObjectNode) CodeAssistBackend.TREES.readTree(approach.metadata());
  }

  private static String effectiveTier(JsonNode loaded) {
    String paid = loaded.path("paidTier").path("id").asText("");
    return paid.isEmpty() ? loaded.path("currentTier").path("id").asText("") : paid;
  }

  /** An account that is told why it may not, and is offered nothing, is not asked to join. */
  private static boolean mayJoin(JsonNode loaded) {
    return !loaded.path("allowedTiers").isEmpty() || loaded.path("ineligibleTiers").isEmpty();
  }

  private static String ineligible(JsonNode loaded) {
    JsonNode first = loaded.path("ineligibleTiers").path(0);
    String code = first.path("reasonCode").asText("no reason given");
    String said = first.path("reasonMessage").asText("");
    return "Google serves this account no Code Assist plan (%s%s); use an account with a paid plan, or an API key of the provider gemini"
        .formatted(code, said.isEmpty() ? "" : ": " + said);
  }

  private static Optional<String> projectOf(JsonNode told) {
    String id = told.isObject() ? told.path("id").asText("") : told.asText("");
    return id.isBlank() ? Optional.empty() : Optional.of(id);
  }

  /** The first of the account's own projects that has a plan. */
  private Optional<Found> scan() throws IOException {
    if (!approach.scans()) {
      return Optional.empty();
    }
    for (String project : projects.withCodeAssist()) {
      try {
        String tier = effectiveTier(load(project));
        if (!tier.equals(NO_TIER)) {
          return Optional.of(new Found(project, tier));
        }
      } catch (CodeAssistBackend.Refused next) {
        // not this one
      }
    }
    return Optional.empty();
  }

  private Found onboard(JsonNode loaded, String tier) throws IOException {
    String plan = tier.equals(NO_TIER) ? planToJoin(loaded) : tier;
    String project = configured;
    if (!Plans.isFree(plan) && project == null && tier.equals(NO_TIER)) {
      Optional<Found> scanned = scan();
      if (scanned.isPresent()) {
        return scanned.get();
      }
    }
    ObjectNode question = CodeAssistBackend.TREES.createObjectNode();
    question.put("tierId", plan);
    ObjectNode metadata = metadata();
    // a free plan brings its own project, and refuses even a null in place of it
    if (project != null && !Plans.isFree(plan)) {
      question.put("cloudaicompanionProject", project);
      metadata.put("duetProject", project);
    }
    question.set("metadata", metadata);
    JsonNode operation = google.post("onboardUser", question);
    for (int asked = 1; !operation.path("done").asBoolean(false); asked++) {
      if (asked > approach.polls()) {
        throw new IOException(
            "Google has not made a project within %s; try again, or set %s"
                .formatted(minutes(), variable()));
      }
      google.pause(approach.pause());
      operation = google.post("onboardUser", question);
    }
    String made =
        projectOf(operation.path("response").path("cloudaicompanionProject"))
            .orElse(configured == null ? "" : configured);
    if (made.isEmpty()) {
      throw new IOException(
          "Google gave the account no project; name one of its own in %s".formatted(variable()));
    }
    return new Found(made, plan);
  }

  private String minutes() {
    long seconds = approach.patienceWithProjects().toSeconds();
    return seconds % 60 == 0 && seconds >= 120 ? seconds / 60 + " minutes" : seconds + " s";
  }

  private String variable() {
    return approach.projectVariables().getFirst();
  }

  private static String planToJoin(JsonNode loaded) {
    List<String> offered = new ArrayList<>();
    for (JsonNode tier : loaded.path("allowedTiers")) {
      String id = tier.path("id").asText("");
      if (tier.path("isDefault").asBoolean(false) && !id.isEmpty()) {
        return id;
      }
      offered.add(id);
    }
    return offered.isEmpty() || offered.contains(LEGACY) ? LEGACY : offered.getFirst();
  }

  /**
   * When Google does not say: the project that a setting names, or an active one. Whoever has no
   * time now is asked again later.
   */
  private Found lastResort(IOException why) throws IOException {
    if (configured != null) {
      return new Found(configured, NO_TIER);
    }
    boolean refused = why instanceof CodeAssistBackend.Refused it && it.status() < 500;
    if (refused && approach.scans()) {
      try {
        List<String> active = projects.active();
        if (!active.isEmpty()) {
          return new Found(active.getFirst(), NO_TIER);
        }
      } catch (IOException e) {
        why.addSuppressed(e);
      }
    }
    throw new IOException(
        "%s, and there is no project to fall back on; try again, or name one in %s"
            .formatted(why.getMessage(), variable()),
        why);
  }
}
