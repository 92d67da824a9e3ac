package dev.caravan.provider.google;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The projects that an account has of its own (Cloud Resource Manager API v1, projects.list;
 * Service Usage API v1, services.get).
 */
final class CloudProjects {
  private static final String SERVICE = "cloudaicompanion.googleapis.com";

  private final CodeAssistBackend google;
  private final String resourceManager;
  private final String serviceUsage;

  /**
   * @param resourceManager address before {@code /v1/projects}
   * @param serviceUsage address of the other
   */
  CloudProjects(CodeAssistBackend google, String resourceManager, String serviceUsage) {
    this.google = google;
    this.resourceManager = resourceManager;
    this.serviceUsage = serviceUsage;
  }

  List<String> active() throws IOException {
    List<String> active = new ArrayList<>();
    for (JsonNode project : google.get(resourceManager + "/v1/projects").path("projects")) {
      if (project.path("lifecycleState").asText("").equals("ACTIVE")) {
        active.add(project.path("projectId").asText(""));
      }
    }
    active.removeIf(String::isEmpty);
    return active;
  }

  /** Those of them that have the service switched on; none when they cannot be had. */
  List<String> withCodeAssist() {
    List<String> enabled = new ArrayList<>();
    try {
      for (String project : active()) {
        String url = "%s/v1/projects/%s/services/%s".formatted(serviceUsage, project, SERVICE);
        if (isEnabled(url)) {
          enabled.add(project);
        }
      }
      return enabled;
    } catch (IOException e) {
      return enabled;
    }
  }

  private boolean isEnabled(String url) throws IOException {
    try {
      return google.get(url).path("state").asText("").equals("ENABLED");
    } catch (CodeAssistBackend.Refused e) {
      return false;
    }
  }
}
