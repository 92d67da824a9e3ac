package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;

/** Why a running gateway did not do what an operator asked, in words and as an exit code. */
final class AdminTrouble extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int FAILED = 1;
  private static final int NOT_LET_IN = 6;

  private final int exitCode;
  private final int status;

  private AdminTrouble(String message, int status, int exitCode) {
    super(message, null, false, false);
    this.status = status;
    this.exitCode = exitCode;
  }

  static AdminTrouble unreachable(URI base) {
    return new AdminTrouble(
        "no gateway answers at %s; start one with caravan run, or say where it is with --home or --admin-url"
            .formatted(base),
        0,
        FAILED);
  }

  static AdminTrouble refused(URI base, String path, int status, JsonNode answer, boolean token) {
    String said = answer.at("/error/message").asText("");
    return switch (status) {
      case 401 ->
          new AdminTrouble(
              token
                  ? "%s does not take this token; it is another gateway's, or was started with another ADMIN_TOKEN"
                      .formatted(base)
                  : "no ADMIN_TOKEN is known here; run this in the data folder of the gateway, or name it with --home",
              status,
              NOT_LET_IN);
      case 403 -> new AdminTrouble(said, status, NOT_LET_IN);
      default ->
          new AdminTrouble(
              said.isEmpty() ? "%s%s answered %d".formatted(base, path, status) : said,
              status,
              FAILED);
    };
  }

  /** HTTP status, 0 when there was no answer. */
  int status() {
    return status;
  }

  int exitCode() {
    return exitCode;
  }
}
