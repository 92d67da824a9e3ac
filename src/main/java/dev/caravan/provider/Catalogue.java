package dev.caravan.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The providers that come with the gateway, one YAML file each on the class path. Only a small
 * index is read at the start; a file is read when somebody asks for it. Immutable.
 */
public final class Catalogue {

  private static final String FOLDER = "catalogue/";

  /** What the gateway can do with a provider that the index names. */
  enum Standing {
    /** It has a file and is called with API keys. */
    SERVED,
    /** It has a file and is called with accounts, and with API keys where it takes both. */
    ACCOUNTS,
    /** Its credentials are accounts, and it has no file yet. */
    OAUTH,
    /** It speaks no dialect of ours; a key of it is known but of no use. */
    UNSERVED
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private Catalogue(String index) {
    index
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Entry::parse)
        .forEach(entry -> entries.put(entry.name(), entry));
  }

  /** The catalogue on the class path. */
  public static Catalogue bundled() {
    return Bundled.CATALOGUE;
  }

  /** The providers that can be called, by name. */
  public List<Entry> entries() {
    return entries.values().stream()
        .filter(e -> e.standing() == Standing.SERVED || e.standing() == Standing.ACCOUNTS)
        .toList();
  }

  public List<String> names() {
    return entries().stream().map(Entry::name).toList();
  }

  /** A provider that can be called, by its name or another name of it. */
  public Optional<Entry> find(String name) {
    String asked = name.toLowerCase(Locale.ROOT);
    return entries().stream()
        .filter(e -> e.name().equals(asked) || e.aliases().contains(asked))
        .findFirst();
  }

  /**
   * The providers that an environment makes live: those with a key, and those that need none but
   * whose address is given.
   */
  public List<Entry> live(Map<String, String> environment) {
    return EnvironmentProviders.read(environment, this, List.of()).definitions().stream()
        .flatMap(definition -> find(definition.name()).stream())
        .toList();
  }

  /** The names of the providers that are called with accounts. */
  public List<String> withAccounts() {
    return entries.values().stream()
        .filter(e -> e.standing() == Standing.ACCOUNTS)
        .map(Entry::name)
        .toList();
  }

  /** All that it knows by name, those that cannot be called with keys among them. */
  public List<Entry> all() {
    return List.copyOf(entries.values());
  }

  private static String resource(String file) {
    try (InputStream in = Catalogue.class.getClassLoader().getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("class path holds no " + FOLDER + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("class path: " + FOLDER + file + " cannot be read", e);
    }
  }

  private static final class Bundled {
    static final Catalogue CATALOGUE = new Catalogue(resource("index.txt"));
  }

  /**
   * One line of the index.
   *
   * @param name the provider's name
   * @param standing whether it can be called
   * @param aliases other names of it
   * @param keyVariables variables that hold its key besides {@code <NAME>_API_KEY}
   * @param baseVariables variables that replace its base URL besides {@code <NAME>_API_BASE}
   * @param needs variables without which its base URL is not complete
   * @param keyOptional whether it is served without a key
   * @param dialect wire format that it speaks, one of {@link Provider#DIALECTS}
   */
  public record Entry(
      String name,
      Standing standing,
      List<String> aliases,
      List<String> keyVariables,
      List<String> baseVariables,
      List<String> needs,
      boolean keyOptional,
      String dialect) {

    static Entry parse(String line) {
      List<String> words = List.of(line.strip().split("\\s+"));
      Standing standing =
          words.contains("unserved")
              ? Standing.UNSERVED
              : words.contains("accounts")
                  ? Standing.ACCOUNTS
                  : words.contains("oauth") ? Standing.OAUTH : Standing.SERVED;
      return new Entry(
          words.getFirst(),
          standing,
          valuesOf("also=", words),
          valuesOf("keys=", words),
          valuesOf("bases=", words),
          valuesOf("needs=", words),
          words.contains("optional"),
          valuesOf("speaks=", words).stream().findFirst().orElse(Provider.DIALECTS.getFirst()));
    }

    /** The route template that its file uses. */
    public String routeTemplate() {
      return Provider.routeTemplate(dialect);
    }

    /** Where its file is on the class path. */
    public String resource() {
      return FOLDER + name + ".yaml";
    }

    /** Its file: a bean and an instance of a route template. */
    public String yaml() {
      return Catalogue.resource(name + ".yaml");
    }

    /** A fresh bean as its file fills it. */
    public Provider provider() {
      for (Object item : items()) {
        if (item instanceof Map<?, ?> map && map.get("beans") instanceof List<?> beans) {
          Map<?, ?> bean = (Map<?, ?>) beans.getFirst();
          Provider provider = Json.TREES.convertValue(bean.get("properties"), Provider.class);
          provider.setName(name);
          return provider;
        }
      }
      throw new IllegalStateException(resource() + " holds no bean");
    }

    private List<?> items() {
      Object root =
          new Load(LoadSettings.builder().setLabel(resource()).build()).loadFromString(yaml());
      return root instanceof List<?> items ? items : List.of();
    }

    private static List<String> valuesOf(String key, List<String> words) {
      List<String> values = new ArrayList<>();
      for (String word : words) {
        if (word.startsWith(key)) {
          values.addAll(Provider.commaList(word.substring(key.length())));
        }
      }
      return List.copyOf(values);
    }
  }
}
