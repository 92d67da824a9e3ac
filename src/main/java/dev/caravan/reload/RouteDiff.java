package dev.caravan.reload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two sets of route files, by file.
 *
 * @param added names that only the later has
 * @param changed names with other content
 * @param removed names that only the earlier has
 * @param text line by line, as {@code diff -u} shows it
 */
public record RouteDiff(
    List<String> added, List<String> changed, List<String> removed, String text) {

  static RouteDiff between(RouteSet earlier, RouteSet later) {
    Map<String, RouteFile> before = earlier.byName();
    Map<String, RouteFile> after = later.byName();
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Set<String> all = new TreeSet<>(before.keySet());
    all.addAll(after.keySet());
    for (String name : all) {
      RouteFile was = before.get(name);
      RouteFile is = after.get(name);
      if (was == null) {
        added.add(name);
        show(null, is, text);
      } else if (is == null) {
        removed.add(name);
        show(was, null, text);
      } else if (!Arrays.equals(was.bytes(), is.bytes())) {
        changed.add(name);
        show(was, is, text);
      }
    }
    return new RouteDiff(
        List.copyOf(added), List.copyOf(changed), List.copyOf(removed), text.toString());
  }

  private static void show(@Nullable RouteFile was, @Nullable RouteFile is, StringBuilder text) {
    text.append("--- ").append(was == null ? "/dev/null" : was.label()).append('\n');
    text.append("+++ ").append(is == null ? "/dev/null" : is.label()).append('\n');
    text.append(LineDiff.between(textOf(was), textOf(is)));
  }

  private static String textOf(@Nullable RouteFile file) {
    return file == null ? "" : file.text().orElse("(no text)");
  }

  public boolean isEmpty() {
    return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
  }

  /** For a log line: {@code "changed dispatch.yaml; added providers/acme.yaml"}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    add(parts, "changed", changed);
    add(parts, "added", added);
    add(parts, "removed", removed);
    return parts.isEmpty() ? "no difference" : String.join("; ", parts);
  }

  private static void add(List<String> parts, String what, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(what + " " + String.join(", ", names));
    }
  }
}
