package dev.caravan.reload;

import dev.caravan.provider.NearNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Every name that a set of files uses: route ids, beans, classes, components and their options,
 * templates and their parameters, {@code direct:} calls, HTTP paths.
 */
final class NameCheck {

  /**
   * Steps whose own steps may be passed over, so that a circle through them need not be endless.
   */
  private static final Set<String> CONDITIONS =
      Set.of(
          "when",
          "otherwise",
          "filter",
          "doCatch",
          "doFinally",
          "onFallback",
          "onException",
          "onCompletion",
          "intercept",
          "interceptFrom",
          "interceptSendToEndpoint",
          "loop",
          "split",
          "validate",
          "idempotentConsumer",
          "delay",
          "aggregate",
          "resequence",
          "sample",
          "seda");

  private static final Set<String> BEAN_STEPS =
      Set.of("process", "bean", "customLoadBalancer", "method");

  private final Legal legal;
  private final List<Complaint> complaints;
  private final Components components;
  private final ClassLoader loader = NameCheck.class.getClassLoader();
  private final Map<String, Spot> routeIds = new LinkedHashMap<>();
  private final Map<String, Spot> beans = new LinkedHashMap<>();
  private final Map<String, Template> templates = new LinkedHashMap<>();
  private final Map<String, Spot> paths = new HashMap<>();
  private final Set<String> taken = new TreeSet<>();
  private final List<Calling> calls = new ArrayList<>();
  private final List<Hook> hooks = new ArrayList<>();

  /** A place in one of the files. */
  private record Spot(RouteFile file, Node node) {
    String words() {
      return "%s:%d".formatted(file.label(), YamlTree.Place.of(node).line());
    }
  }

  /** A route template; the value says whether a parameter must be given. */
  private record Template(Map<String, Boolean> parameters, Spot spot) {}

  /** A call of one route by another. */
  private record Calling(String from, String to, boolean always, Spot spot) {}

  /** A route in the folder of hooks. */
  private record Hook(String direct, Spot spot) {}

  NameCheck(Legal legal, List<Complaint> complaints) throws IOException {
    this.legal = legal;
    this.complaints = complaints;
    this.components = new Components(loader);
  }

  void check(List<YamlTree> trees) throws IOException {
    for (YamlTree tree : trees) {
      for (Node item : YamlTree.items(tree.root())) {
        declare(tree.file(), item);
      }
    }
    taken.addAll(legal.directs());
    legal.providers().forEach(provider -> taken.add("provider-" + provider));
    for (YamlTree tree : trees) {
      for (Node item : YamlTree.items(tree.root())) {
        use(tree.file(), item);
      }
    }
    callsLeadSomewhere();
    theGatewayFindsWhatItCalls(trees);
    noCircles();
    hooksAreReached();
  }

  private void complain(Spot spot, String what) {
    complaints.add(Checker.at(spot.file(), spot.node(), what));
  }

  // What the files declare.

  private void declare(RouteFile file, Node item) {
    for (NodeTuple entry : ((MappingNode) item).getValue()) {
      Node body = entry.getValueNode();
      switch (YamlTree.text(entry.getKeyNode())) {
        case "route" -> declareRoute(file, body, YamlTree.find(body, "from"));
        case "from" -> declareRoute(file, body, body);
        case "beans" -> YamlTree.items(body).forEach(bean -> declareBean(file, bean));
        case "routeTemplate" -> declareTemplate(file, body);
        default -> {}
      }
    }
  }

  private void declareRoute(RouteFile file, Node route, @Nullable Node from) {
    Node id = YamlTree.find(route, "id");
    if (id != null) {
      String name = YamlTree.text(id);
      Spot spot = new Spot(file, id);
      Spot first = routeIds.putIfAbsent(name, spot);
      if (first != null) {
        complain(spot, "route id '%s' is taken by %s".formatted(name, first.words()));
      } else if (legal.routeIds().contains(name)) {
        complain(spot, "route id '%s' is taken by the gateway itself".formatted(name));
      }
    }
    if (from == null) {
      return;
    }
    Node uri = YamlTree.find(from, "uri");
    String text = YamlTree.text(uri);
    if (uri == null) {
      return;
    }
    if (text.startsWith("direct:")) {
      String name = directName(text);
      if (legal.directs().contains(name)) {
        complain(new Spot(file, uri), "direct:%s is taken by the gateway itself".formatted(name));
      } else if (!taken.add(name)) {
        complain(new Spot(file, uri), "two routes take direct:%s".formatted(name));
      }
      if (file.name().startsWith("hooks/")) {
        hooks.add(new Hook(name, new Spot(file, uri)));
      }
    } else if (text.startsWith("platform-http:")) {
      declarePath(new Spot(file, uri), text, YamlTree.find(from, "parameters"));
    }
  }

  private void declarePath(Spot spot, String uri, @Nullable Node parameters) {
    String path = Uris.path(uri);
    String methods =
        Uris.options(uri)
            .getOrDefault(
                "httpMethodRestrict",
                parameters == null ? "" : YamlTree.find(parameters, "httpMethodRestrict", ""));
    for (String method : methods.isEmpty() ? new String[] {"*"} : methods.split(",")) {
      String key = method.strip().toUpperCase(java.util.Locale.ROOT) + " " + path;
      Spot first = paths.putIfAbsent(key, spot);
      if (first != null) {
        complain(spot, "%s is served by %s already".formatted(path, first.words()));
      } else if (isGateways(key, path)) {
        complain(spot, "%s is served by the gateway itself".formatted(path));
      }
    }
  }

  private boolean isGateways(String key, String path) {
    return legal.paths().contains(key)
        || (key.startsWith("* ") && legal.paths().stream().anyMatch(p -> p.endsWith(" " + path)));
  }

  private void declareBean(RouteFile file, Node bean) {
    Node name = YamlTree.find(bean, "name");
    if (name == null) {
      return;
    }
    Spot spot = new Spot(file, name);
    Spot first = beans.putIfAbsent(YamlTree.text(name), spot);
    if (first != null) {
      complain(
          spot, "bean '%s' is there already, in %s".formatted(YamlTree.text(name), first.words()));
    }
    taken.add("provider-" + YamlTree.text(name));
  }

  private void declareTemplate(RouteFile file, Node template) {
    Node id = YamlTree.find(template, "id");
    if (id == null) {
      return;
    }
    Map<String, Boolean> parameters = new LinkedHashMap<>();
    for (Node parameter : YamlTree.items(YamlTree.find(template, "parameters"))) {
      boolean optional =
          YamlTree.find(parameter, "defaultValue") != null
              || YamlTree.find(parameter, "required", "true").equals("false");
      parameters.put(YamlTree.find(parameter, "name", ""), !optional);
    }
    Spot spot = new Spot(file, id);
    Template first = templates.putIfAbsent(YamlTree.text(id), new Template(parameters, spot));
    if (first != null) {
      complain(
          spot,
          "route template '%s' is there already, in %s"
              .formatted(YamlTree.text(id), first.spot().words()));
    }
  }

  // What the files use.

  private void use(RouteFile file, Node item) throws IOException {
    for (NodeTuple entry : ((MappingNode) item).getValue()) {
      Node body = entry.getValueNode();
      switch (YamlTree.text(entry.getKeyNode())) {
        case "templatedRoute" -> useTemplate(file, body);
        case "beans" -> {
          for (Node bean : YamlTree.items(body)) {
            new BeanCheck(loader, (node, what) -> complain(new Spot(file, node), what)).check(bean);
          }
        }
        case "route" -> walk(file, body, from(YamlTree.find(body, "from")), true);
        case "from" -> walk(file, item, from(body), true);
        case "routeTemplate" -> {
          Node route = YamlTree.find(body, "route");
          Node from = YamlTree.find(route == null ? body : route, "from");
          walk(file, body, from(from), true);
        }
        default -> walk(file, body, "", false);
      }
    }
  }

  private static String from(@Nullable Node from) {
    String uri = from == null ? "" : YamlTree.find(from, "uri", "");
    return uri.startsWith("direct:") ? directName(uri) : "";
  }

  private void useTemplate(RouteFile file, Node instance) {
    Node ref = YamlTree.find(instance, "routeTemplateRef");
    String name = YamlTree.text(ref);
    Template template = templates.get(name);
    if (ref == null || template == null) {
      complain(
          new Spot(file, ref == null ? instance : ref),
          "there is no route template '%s'%s".formatted(name, near(name, templates.keySet())));
      return;
    }
    Set<String> given = new HashSet<>();
    for (Node parameter : YamlTree.items(YamlTree.find(instance, "parameters"))) {
      Node called = YamlTree.find(parameter, "name");
      String text = YamlTree.text(called);
      given.add(text);
      if (called != null && !template.parameters().containsKey(text)) {
        complain(
            new Spot(file, called),
            "route template '%s' has no parameter '%s'%s"
                .formatted(name, text, near(text, template.parameters().keySet())));
      }
    }
    template
        .parameters()
        .forEach(
            (parameter, needed) -> {
              if (needed && !given.contains(parameter)) {
                complain(
                    new Spot(file, ref),
                    "route template '%s' needs parameter '%s'".formatted(name, parameter));
              }
            });
  }

  private void walk(RouteFile file, Node node, String from, boolean always) throws IOException {
    walk(file, node, from, always, false);
  }

  private void walk(RouteFile file, Node node, String from, boolean always, boolean isFrom)
      throws IOException {
    if (node instanceof SequenceNode list) {
      for (Node item : list.getValue()) {
        walk(file, item, from, always);
      }
    } else if (node instanceof MappingNode map) {
      for (NodeTuple entry : map.getValue()) {
        String key = YamlTree.text(entry.getKeyNode());
        Node value = entry.getValueNode();
        step(file, key, value, from, always);
        boolean input = key.equals("from") && value instanceof MappingNode;
        if (input) {
          input(file, value);
        }
        walk(file, value, from, always && !CONDITIONS.contains(key), input);
      }
      Node uri = YamlTree.find(map, "uri");
      if (uri != null && !isFrom) {
        useUri(file, uri, YamlTree.find(map, "parameters"), from, always);
      }
    }
  }

  private void input(RouteFile file, Node from) throws IOException {
    Node uri = YamlTree.find(from, "uri");
    if (uri != null && !YamlTree.text(uri).startsWith("direct:")) {
      useUri(file, uri, YamlTree.find(from, "parameters"), "", false);
    }
  }

  private void step(RouteFile file, String key, Node value, String from, boolean always)
      throws IOException {
    if ((key.equals("to") || key.equals("toD") || key.equals("wireTap") || key.equals("poll"))
        && value instanceof ScalarNode) {
      useUri(file, value, null, from, always);
    }
    if (BEAN_STEPS.contains(key)) {
      Node ref = YamlTree.find(value, "ref");
      if (ref != null) {
        useBean(new Spot(file, ref));
      }
      Node type = YamlTree.find(value, "beanType");
      if (type != null) {
        useClass(new Spot(file, type));
      }
    } else if (key.equals("exceptionType")) {
      useClass(new Spot(file, value));
    } else if (key.equals("exception")) {
      for (Node type : YamlTree.items(value)) {
        useClass(new Spot(file, type));
      }
    }
  }

  private void useBean(Spot spot) {
    String name = YamlTree.text(spot.node());
    if (name.isEmpty()
        || name.contains("{{")
        || name.startsWith("#class:")
        || name.startsWith("#type:")) {
      return;
    }
    String plain =
        name.startsWith("#bean:")
            ? name.substring(6)
            : name.startsWith("#") ? name.substring(1) : name;
    if (!beans.containsKey(plain) && !legal.beans().contains(plain)) {
      Set<String> known = new TreeSet<>(beans.keySet());
      known.addAll(legal.beans());
      complain(spot, "there is no bean '%s'%s".formatted(plain, near(plain, known)));
    }
  }

  private void useClass(Spot spot) {
    String name = YamlTree.text(spot.node());
    if (name.indexOf('.') > 0 && !name.contains("{{") && !BeanCheck.exists(name, loader)) {
      complain(spot, "there is no class %s on the class path".formatted(name));
    }
  }

  private void useUri(
      RouteFile file, Node uri, @Nullable Node parameters, String from, boolean always)
      throws IOException {
    String text = YamlTree.text(uri);
    Spot spot = new Spot(file, uri);
    String scheme = Uris.scheme(text);
    if (scheme.isEmpty() || scheme.contains("{{") || scheme.contains("${")) {
      return;
    }
    if (!components.has(scheme) && !legal.beans().contains(scheme) && !beans.containsKey(scheme)) {
      complain(
          spot,
          "there is no component '%s' on the class path%s"
              .formatted(scheme, NearNames.hint(scheme, components.schemes())));
      return;
    }
    if (scheme.equals("direct")) {
      calls.add(new Calling(from, directName(text), always, spot));
    }
    options(spot, scheme, text, parameters);
  }

  private void options(Spot spot, String scheme, String text, @Nullable Node parameters)
      throws IOException {
    Components.Options options = components.optionsOf(scheme);
    if (options == null) {
      return;
    }
    Uris.options(text).forEach((name, value) -> option(spot, scheme, options, name, value));
    if (parameters instanceof MappingNode map) {
      for (NodeTuple entry : map.getValue()) {
        option(
            new Spot(spot.file(), entry.getKeyNode()),
            scheme,
            options,
            YamlTree.text(entry.getKeyNode()),
            YamlTree.text(entry.getValueNode()));
      }
    }
  }

  private void option(
      Spot spot, String scheme, Components.Options options, String name, String value) {
    if (name.isEmpty() || name.contains("{{") || name.contains("${")) {
      return;
    }
    if (!options.knows(name)) {
      complain(
          spot,
          "endpoint %s: has no option '%s'%s"
              .formatted(scheme, name, NearNames.hint(name, options.types().keySet())));
      return;
    }
    String type = options.types().getOrDefault(name, "string");
    if (value.contains("{{") || value.contains("${") || value.startsWith("#") || value.isEmpty()) {
      return;
    }
    boolean good =
        switch (type) {
          case "boolean" -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
          case "integer" -> value.matches("[-+]?\\d+");
          default -> true;
        };
    if (!good) {
      complain(
          spot,
          "endpoint %s: option %s '%s' is not %s"
              .formatted(
                  scheme, name, value, type.equals("boolean") ? "true or false" : "a number"));
    }
  }

  // What only the whole shows.

  private void callsLeadSomewhere() {
    for (Calling call : calls) {
      String name = call.to();
      if (!name.contains("{{") && !name.contains("${") && !taken.contains(name)) {
        complain(
            call.spot(), "no route takes direct:%s%s".formatted(name, NearNames.hint(name, taken)));
      }
    }
  }

  private void theGatewayFindsWhatItCalls(List<YamlTree> trees) {
    for (String needed : legal.needed()) {
      if (!taken.contains(needed)) {
        complaints.add(
            new Complaint(
                trees.getFirst().file().folder(),
                0,
                0,
                "no route takes direct:%s, which the gateway calls for every request"
                    .formatted(needed)));
      }
    }
  }

  private void noCircles() {
    Map<String, List<Calling>> bySender = new LinkedHashMap<>();
    for (Calling call : calls) {
      if (call.always() && !call.from().isEmpty()) {
        bySender.computeIfAbsent(call.from(), from -> new ArrayList<>()).add(call);
      }
    }
    Set<String> seen = new HashSet<>();
    for (String start : bySender.keySet()) {
      follow(start, new ArrayList<>(), bySender, seen);
    }
  }

  private void follow(
      String here, List<String> way, Map<String, List<Calling>> bySender, Set<String> seen) {
    way.add(here);
    for (Calling call : bySender.getOrDefault(here, List.of())) {
      int at = way.indexOf(call.to());
      if (at >= 0) {
        List<String> circle = new ArrayList<>(way.subList(at, way.size()));
        circle.add(call.to());
        if (seen.addAll(circle)) {
          complain(
              call.spot(),
              "these calls go round without end: direct:" + String.join(" → direct:", circle));
        }
      } else if (!seen.contains(call.to())) {
        follow(call.to(), way, bySender, seen);
      }
    }
    way.removeLast();
    seen.add(here);
  }

  private void hooksAreReached() {
    Set<String> called = new HashSet<>(legal.callers());
    calls.forEach(call -> called.add(call.to()));
    for (Hook hook : hooks) {
      if (!called.contains(hook.direct())) {
        complain(
            hook.spot(),
            "nothing calls direct:%s, so this hook would never run; hooks begin with hook:on-request or another point"
                .formatted(hook.direct()));
      }
    }
  }

  private static String near(String name, Set<String> known) {
    String hint = NearNames.hint(name, known);
    return !hint.isEmpty() || known.isEmpty() || known.size() > 12
        ? hint
        : "; known: " + String.join(", ", new TreeSet<>(known));
  }

  private static String directName(String uri) {
    return Uris.path(uri);
  }
}
