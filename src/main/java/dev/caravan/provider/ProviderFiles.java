package dev.caravan.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The provider beans of YAML files, for who wants to know of them without a Camel context. */
public final class ProviderFiles {
  private ProviderFiles() {}

  /**
   * The providers that the files of a folder declare; files that cannot be read have none.
   *
   * @param folder such as {@code routes/providers}, which need not exist
   */
  public static List<Provider> in(Path folder) {
    List<Provider> providers = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
          providers.addAll(of(file.toString(), Files.readString(file, StandardCharsets.UTF_8)));
        }
      } catch (IOException | YamlEngineException | IllegalArgumentException e) {
        return providers; // caravan validate says what is wrong with it
      }
    }
    return providers;
  }

  static List<Provider> of(String label, String yaml) {
    Object root = new Load(LoadSettings.builder().setLabel(label).build()).loadFromString(yaml);
    List<Provider> providers = new ArrayList<>();
    if (root instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof Map<?, ?> map && map.get("beans") instanceof List<?> beans) {
          beans.forEach(bean -> add(bean, providers));
        }
      }
    }
    return providers;
  }

  private static void add(Object bean, List<Provider> providers) {
    if (bean instanceof Map<?, ?> map
        && Provider.class.getName().equals(map.get("type"))
        && map.get("properties") instanceof Map<?, ?> properties) {
      Provider provider = Json.TREES.convertValue(properties, Provider.class);
      if (provider.getName().isEmpty()) {
        provider.setName(String.valueOf(map.get("name")));
      }
      providers.add(provider);
    }
  }
}
