package dev.caravan;

import dev.caravan.admin.AdminAnswer;
import dev.caravan.admin.AdminRefusal;
import dev.caravan.admin.AdminRequest;
import dev.caravan.admin.AdminSurface;
import dev.caravan.reload.Complaint;
import dev.caravan.reload.Generations;
import dev.caravan.reload.Generations.Result;
import dev.caravan.reload.Generations.Side;
import dev.caravan.reload.History;
import dev.caravan.reload.RouteDiff;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators can do with the routes: reload, roll back, compare, look back (operations.md 12
 * and 16). A set that is refused is answered with 422 and its complaints.
 */
final class RouteOperations {
  private final Generations generations;
  private final RouteReport report;

  /**
   * Made once the first routes are live.
   *
   * @param report tells the log what an operation has changed
   */
  RouteOperations(Generations generations, RouteReport report) {
    this.generations = generations;
    this.report = report;
  }

  void addTo(AdminSurface admin) {
    admin.get("/routes", "the live generation, and what is wrong with the folder", this::status);
    admin.get("/routes/history", "the last sets of route files that were live", this::history);
    admin.get(
        "/routes/diff", "?from= and ?to=: live, folder, or a number of the history", this::diff);
    admin.post("/reload", "take the folder over; ?dryRun=true only tries it", this::reload);
    admin.post("/routes/reload", "the same", this::reload);
    admin.post("/routes/validate", "the same with dryRun=true", request -> reload(true));
    admin.post("/routes/rollback", "go back to ?to=NUMBER, or to the set before", this::rollback);
  }

  private Object status(AdminRequest request) {
    Generations all = generations;
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("folder", all.folder().toString());
    status.put("generation", all.number());
    status.put("digest", all.live().files().digest());
    status.put("files", all.live().files().files().stream().map(f -> f.name()).toList());
    status.put("routes", all.live().context().getRoutesSize());
    status.put("retiring", all.retiring());
    status.put("standing", all.complaints().isEmpty() ? "live" : "stale");
    status.put("complaints", complaints(all.complaints()));
    return status;
  }

  private Object history(AdminRequest request) {
    Generations all = generations;
    int live = all.number();
    List<Map<String, Object>> sets =
        all.history().reversed().stream().map(entry -> entry(entry, live)).toList();
    return Map.of("generations", sets);
  }

  private static Map<String, Object> entry(History.Entry entry, int live) {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("number", entry.number());
    one.put("live", entry.number() == live);
    one.put("since", entry.since().toString());
    one.put("digest", entry.digest());
    one.put("files", entry.files());
    return one;
  }

  private Object diff(AdminRequest request) {
    Side from = side("from", request.query("from"), new Side.Live());
    Side to = side("to", request.query("to"), new Side.Folder());
    try {
      return diff(generations.diff(from, to));
    } catch (IllegalArgumentException e) {
      throw AdminRefusal.notFound(String.valueOf(e.getMessage()));
    }
  }

  private static Side side(String field, @Nullable String text, Side otherwise) {
    return switch (text) {
      case null -> otherwise;
      case "live" -> new Side.Live();
      case "folder" -> new Side.Folder();
      default -> new Side.Kept(number(field, text));
    };
  }

  private static int number(String field, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw AdminRefusal.invalid(
          field,
          "%s must be the number of a generation; GET /admin/routes/history lists them"
              .formatted(field));
    }
  }

  private static Map<String, Object> diff(RouteDiff diff) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("added", diff.added());
    shown.put("changed", diff.changed());
    shown.put("removed", diff.removed());
    shown.put("text", diff.text());
    return shown;
  }

  private Object reload(AdminRequest request) {
    return reload(request.isDryRun());
  }

  private Object reload(boolean dryRun) {
    Result result = generations.reload(dryRun);
    if (!dryRun) {
      report.of(result);
    }
    return answer(result);
  }

  private Object rollback(AdminRequest request) {
    String to = request.query("to");
    try {
      Result result = generations.rollback(to == null ? 0 : number("to", to), request.isDryRun());
      if (!request.isDryRun()) {
        report.of(result);
      }
      return answer(result);
    } catch (IllegalArgumentException e) {
      throw AdminRefusal.notFound(String.valueOf(e.getMessage()));
    }
  }

  private Object answer(Result result) {
    Map<String, Object> shown = new LinkedHashMap<>();
    switch (result) {
      case Result.Changed(var diff, var took, var dryRun) -> {
        shown.put("result", dryRun ? "would change" : "changed");
        shown.put("generation", generations.number());
        shown.put("took_ms", took.toMillis());
        shown.putAll(diff(diff));
      }
      case Result.Same() -> {
        shown.put("result", "same");
        shown.put("generation", generations.number());
      }
      case Result.Rejected(var complaints) -> {
        shown.put("result", "rejected");
        shown.put("complaints", complaints(complaints));
        shown.put(
            "error",
            Map.of(
                "code",
                "routes_rejected",
                "message",
                "the files cannot be used, and nothing has changed: " + complaints.getFirst()));
        return new AdminAnswer(422, shown);
      }
    }
    return shown;
  }

  private static List<Map<String, Object>> complaints(List<Complaint> complaints) {
    return complaints.stream()
        .map(
            c -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("file", c.file());
              one.put("line", c.line());
              one.put("column", c.column());
              one.put("what", c.what());
              return one;
            })
        .toList();
  }
}
