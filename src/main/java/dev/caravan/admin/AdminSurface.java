package dev.caravan.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.config.ClientKeys;
import dev.caravan.http.PathPattern;
import dev.caravan.http.Reply;
import dev.caravan.http.RequestHandler;
import dev.caravan.http.ServedRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin surface (operations.md 12): {@code GET /admin} lists what it can do. Every operation
 * needs {@code Authorization: Bearer ADMIN_TOKEN}. Thread-safe.
 */
public final class AdminSurface implements RequestHandler {
  /** Where it is, on whichever port. */
  public static final String BASE = "/admin";

  private static final Logger LOG = LoggerFactory.getLogger(AdminSurface.class);

  private record Entry(String method, PathPattern path, String text, AdminOperation operation) {
    boolean isChange() {
      return !method.equals("GET");
    }
  }

  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final AdminErrors errors;
  private final AuditLog audit;
  private final UnaryOperator<String> mask;

  /**
   * Sets up the surface.
   *
   * @param mask hides secrets, in every answer
   */
  public AdminSurface(ClientKeys keys, AuditLog audit, UnaryOperator<String> mask) {
    this.errors = new AdminErrors(keys);
    this.audit = audit;
    this.mask = mask;
    get("", "this list", request -> Map.of("operations", operations()));
  }

  public AdminErrors errors() {
    return errors;
  }

  /**
   * Adds something to look at.
   *
   * @param path below {@code /admin}, such as {@code /why/{id}}
   * @param text for {@code GET /admin}, one line
   */
  public AdminSurface get(String path, String text, AdminOperation operation) {
    return add("GET", path, text, operation);
  }

  /** Adds a change by POST, with its line in the audit log. */
  public AdminSurface post(String path, String text, AdminOperation operation) {
    return add("POST", path, text, operation);
  }

  /** Adds a removal, with its line in the audit log. */
  public AdminSurface delete(String path, String text, AdminOperation operation) {
    return add("DELETE", path, text, operation);
  }

  private AdminSurface add(String method, String path, String text, AdminOperation operation) {
    entries.add(new Entry(method, PathPattern.of(BASE + path, false), text, operation));
    return this;
  }

  private List<Map<String, String>> operations() {
    List<Map<String, String>> list = new ArrayList<>();
    entries.stream()
        .sorted(Comparator.comparing((Entry e) -> e.path().text()).thenComparing(Entry::method))
        .forEach(
            e -> list.add(Map.of("method", e.method(), "path", e.path().text(), "text", e.text())));
    return list;
  }

  @Override
  public void handle(ServedRequest served) {
    Failure refusal = errors.admit(served);
    if (refusal != null) {
      served.reply(errors.refuse(served.path(), refusal, served.id()));
      return;
    }
    String path = withoutTrailingSlash(served.path());
    TreeSet<String> methods = new TreeSet<>();
    Entry found = null;
    Map<String, String> parameters = Map.of();
    for (Entry entry : entries) {
      Map<String, String> match = entry.path().match(path);
      if (match == null) {
        continue;
      }
      methods.add(entry.method());
      // a path without parameters is meant when both fit
      if (entry.method().equals(method(served)) && (found == null || entry.path().isExact())) {
        found = entry;
        parameters = match;
      }
    }
    if (found == null) {
      served.reply(errors.refuse(path, unknown(path, methods), served.id()));
      return;
    }
    start(served, found, new AdminRequest(served, parameters));
  }

  private void start(ServedRequest served, Entry entry, AdminRequest request) {
    Thread.ofVirtual().name("admin").start(() -> served.reply(run(served, entry, request)));
  }

  private Reply run(ServedRequest served, Entry entry, AdminRequest request) {
    String why = null;
    Reply reply;
    try {
      reply = reply(entry.operation().run(request));
    } catch (AdminRefusal refusal) {
      why = refusal.getMessage();
      reply = AdminErrors.refuse(refusal);
    } catch (Exception e) {
      LOG.error("gateway: admin request {} ended in a bug", served.id(), e);
      why = "internal error";
      reply = errors.refuse(served.path(), bug(served), served.id());
    }
    if (entry.isChange() && !request.isDryRun()) {
      audit.note(
          "admin",
          served.remoteAddress(),
          entry.method() + " " + served.path() + query(served),
          reply.status(),
          why);
    }
    return reply;
  }

  private Reply reply(@Nullable Object result) throws JsonProcessingException {
    return switch (result) {
      case null -> new Reply(204, AdminErrors.json(), null);
      case Reply ready -> ready;
      case AdminAnswer(int status, Object body) ->
          new Reply(status, AdminErrors.json(), body == null ? null : json(body));
      default -> new Reply(200, AdminErrors.json(), json(result));
    };
  }

  private String json(Object value) throws JsonProcessingException {
    return mask.apply(Json.MAPPER.writeValueAsString(value));
  }

  private static String method(ServedRequest served) {
    return served.method().equals("HEAD") ? "GET" : served.method();
  }

  private static String query(ServedRequest served) {
    return served.query() == null ? "" : "?" + served.query();
  }

  private static String withoutTrailingSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static Failure unknown(String path, Set<String> methods) {
    if (methods.isEmpty()) {
      return Failure.of(
          Kind.PATH_NOT_FOUND,
          Stage.CLIENT_REQUEST,
          "client request: there is nothing at %s; GET /admin lists what there is".formatted(path));
    }
    String allow = String.join(", ", methods);
    return Failure.of(
            Kind.METHOD_NOT_ALLOWED,
            Stage.CLIENT_REQUEST,
            "client request: %s takes %s".formatted(path, allow))
        .with(Map.of("allow", allow));
  }

  private static Failure bug(ServedRequest served) {
    return Failure.of(
        Kind.INTERNAL,
        Stage.GATEWAY,
        "gateway: an internal error; the log has it under request id " + served.id());
  }
}
