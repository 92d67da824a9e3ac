package dev.caravan.reload;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The Camel components on the class path and the options of their endpoints, as their jars describe
 * them ({@code component.properties} and {@code <scheme>.json} of each).
 */
final class Components {

  /** Components of this gateway, which no jar describes. */
  private static final Map<String, Set<String>> OWN =
      Map.of("upstream", Set.of("path", "lazyStartProducer"));

  private final ClassLoader loader;
  private final Set<String> schemes;
  private final Map<String, Options> options = new HashMap<>();

  /**
   * The options of an endpoint.
   *
   * @param types type of each, as the description words it: {@code string}, {@code integer} …
   * @param prefixes what names of options with free names begin with
   * @param lenient whether any other option goes along, as those of HTTP do
   */
  record Options(Map<String, String> types, List<String> prefixes, boolean lenient) {
    boolean knows(String name) {
      return lenient || types.containsKey(name) || prefixes.stream().anyMatch(name::startsWith);
    }
  }

  Components(ClassLoader loader) throws IOException {
    this.loader = loader;
    this.schemes = schemes(loader);
  }

  private static Set<String> schemes(ClassLoader loader) throws IOException {
    Set<String> schemes = new TreeSet<>(OWN.keySet());
    for (URL url :
        Collections.list(
            loader.getResources("META-INF/services/org/apache/camel/component.properties"))) {
      Properties properties = new Properties();
      try (InputStream in = url.openStream()) {
        properties.load(in);
      }
      schemes.addAll(List.of(properties.getProperty("components", "").strip().split("\\s+")));
    }
    return schemes;
  }

  Set<String> schemes() {
    return schemes;
  }

  /** Whether an endpoint of this scheme can be made; jars need not list what they bring. */
  boolean has(String scheme) {
    return schemes.contains(scheme)
        || loader.getResource("META-INF/services/org/apache/camel/component/" + scheme) != null;
  }

  /** The options of a scheme, null when nothing is known of them. */
  @Nullable Options optionsOf(String scheme) throws IOException {
    if (!options.containsKey(scheme)) {
      Options read = readOptions(scheme);
      if (read == null) {
        return null;
      }
      options.put(scheme, read);
    }
    return options.get(scheme);
  }

  private @Nullable Options readOptions(String scheme) throws IOException {
    Set<String> own = OWN.get(scheme);
    if (own != null) {
      Map<String, String> types = new TreeMap<>();
      own.forEach(name -> types.put(name, "string"));
      return new Options(types, List.of(), false);
    }
    try (InputStream in = description(scheme)) {
      if (in == null) {
        return null;
      }
      byte[] bytes = in.readAllBytes();
      try (JsonParser json = JsonBytes.parse(bytes, 0, bytes.length)) {
        return parse(json);
      }
    }
  }

  /** It lies beside the class of the component. */
  private @Nullable InputStream description(String scheme) throws IOException {
    URL service = loader.getResource("META-INF/services/org/apache/camel/component/" + scheme);
    if (service == null) {
      return null;
    }
    Properties properties = new Properties();
    try (InputStream in = service.openStream()) {
      properties.load(in);
    }
    String type = properties.getProperty("class", "");
    int dot = type.lastIndexOf('.');
    String folder = dot < 0 ? "" : type.substring(0, dot).replace('.', '/');
    return loader.getResourceAsStream("META-INF/" + folder + "/" + scheme + ".json");
  }

  private static Options parse(JsonParser json) throws IOException {
    Map<String, String> types = new TreeMap<>();
    Set<String> prefixes = new TreeSet<>();
    boolean lenient = false;
    json.nextToken();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String part = json.currentName();
      json.nextToken();
      if (part.equals("component")) {
        lenient = flag(json, "lenientProperties");
      } else if (part.equals("properties")) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          option(json, json.currentName(), types, prefixes);
        }
      } else {
        json.skipChildren();
      }
    }
    return new Options(types, List.copyOf(prefixes), lenient);
  }

  private static boolean flag(JsonParser json, String wanted) throws IOException {
    boolean set = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      set |= name.equals(wanted) && value == JsonToken.VALUE_TRUE;
      json.skipChildren();
    }
    return set;
  }

  private static void option(
      JsonParser json, String name, Map<String, String> types, Set<String> prefixes)
      throws IOException {
    json.nextToken();
    String type = "string";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      json.nextToken();
      switch (member) {
        case "type" -> type = json.getText();
        case "prefix" -> prefixes.add(json.getText());
        default -> json.skipChildren();
      }
    }
    types.put(name, type);
  }
}
