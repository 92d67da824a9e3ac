package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.reload.RouteSet;
import dev.caravan.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What every file in routes/ has to hold to, beyond what Camel asks of it. */
class RoutesTest {
  private static final Path FOLDER = Path.of("routes");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([a-zA-Z]+)}}");

  private static TestGateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestGateway.of(FOLDER).start();
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
  }

  @Test
  void nothingIsToBeComplainedOf() throws IOException {
    assertThat(TestGateway.complaints(FOLDER)).isEmpty();
  }

  static Stream<Path> files() throws IOException {
    return RouteSet.read(FOLDER).files().stream().map(file -> FOLDER.resolve(file.name()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyRouteHasAnIdAndSaysWhatItIs(Path file) throws IOException {
    for (Map<String, Object> route : routes(file)) {
      assertThat(route).as("a route of %s", file).containsKeys("id", "description");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileWithOneRouteIsNamedAfterIt(Path file) throws IOException {
    List<Map<String, Object>> routes = routes(file);

    // what happens by the clock stands in one file, however many routes it takes
    if (routes.size() == 1 && !file.endsWith("schedule.yaml")) {
      assertThat(file).hasFileName(routes.getFirst().get("id") + ".yaml");
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyParameterOfATemplateIsUsedAndEveryUsedOneIsDeclared(Path file) throws IOException {
    for (Map<String, Object> template : named("routeTemplate", file)) {
      Set<String> declared = new TreeSet<>();
      visit(template.get("parameters"), (key, name) -> declare(key, name, declared));
      Set<String> used = new TreeSet<>();
      visit(template, (key, text) -> used.addAll(placeholders(text)));

      assertThat(used).as("template %s in %s", template.get("id"), file).isEqualTo(declared);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyBeanThatAStepNamesIsThere(Path file) throws IOException {
    Set<String> missing = new TreeSet<>();
    visit(
        items(file),
        (key, name) -> {
          if (key.equals("ref") && context().getRegistry().lookupByName(name) == null) {
            missing.add(name);
          }
        });

    assertThat(missing).as("beans that %s names and nobody binds", file).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyDirectCallHasARouteThatTakesIt(Path file) throws IOException {
    Set<String> taken = new TreeSet<>();
    for (Route route : context().getRoutes()) {
      taken.add(route.getEndpoint().getEndpointUri().replace("://", ":"));
    }
    Set<String> called = new TreeSet<>();
    visit(
        items(file),
        (key, uri) -> {
          if (key.equals("uri") && uri.startsWith("direct:") && !uri.matches(".*[{$].*")) {
            called.add(uri);
          }
        });

    assertThat(taken).as("what routes take, and %s calls", file).containsAll(called);
  }

  private static CamelContext context() {
    return gateway.context();
  }

  private static void declare(String key, String name, Set<String> declared) {
    if (key.equals("name")) {
      declared.add(name);
    }
  }

  private static List<String> placeholders(String text) {
    return PLACEHOLDER.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private static List<Map<String, Object>> routes(Path file) throws IOException {
    List<Map<String, Object>> routes = new ArrayList<>(named("route", file));
    routes.addAll(named("routeTemplate", file));
    return routes;
  }

  @SuppressWarnings("unchecked") // keys of YAML that Camel has read are texts
  private static List<Map<String, Object>> named(String kind, Path file) throws IOException {
    List<Map<String, Object>> found = new ArrayList<>();
    for (Object item : items(file)) {
      if (item instanceof Map<?, ?> map && map.get(kind) instanceof Map<?, ?> body) {
        found.add((Map<String, Object>) body);
      }
    }
    return found;
  }

  private static List<?> items(Path file) throws IOException {
    LoadSettings named = LoadSettings.builder().setLabel(file.toString()).build();
    return (List<?>) new Load(named).loadFromString(Files.readString(file));
  }

  /** Shows every text of a tree, with the key that it stands under. */
  private static void visit(@Nullable Object node, BiConsumer<String, String> seen) {
    visit("", node, seen);
  }

  private static void visit(String key, @Nullable Object node, BiConsumer<String, String> seen) {
    switch (node) {
      case Map<?, ?> map -> map.forEach((name, value) -> visit(name.toString(), value, seen));
      case List<?> list -> list.forEach(item -> visit(key, item, seen));
      case null -> {}
      default -> seen.accept(key, node.toString());
    }
  }
}
