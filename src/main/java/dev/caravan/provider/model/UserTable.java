package dev.caravan.provider.model;

import dev.caravan.provider.NearNames;
import dev.caravan.provider.model.ModelInfo.Ability;
import dev.caravan.provider.model.ModelInfo.Modality;
import dev.caravan.provider.model.Price.Rates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What an operator knows better than public tables: {@code model-info.yaml} in the data folder, a
 * map of model names ({@code provider/model}) to facts, prices in dollars for a million tokens.
 *
 * <pre>{@code
 * acme/large: {input: 3, output: 15, cache_read: 0.3, context: 128000, capabilities: [tools]}
 * }</pre>
 *
 * @param models by name; a fact that is not given is asked of the other tables
 * @param faults what is wrong with the file, sentences that begin with the model's name; what they
 *     are about is left out
 */
record UserTable(Map<String, ModelInfo> models, List<String> faults) {
  static final String SOURCE = "user_file";
  static final UserTable EMPTY = new UserTable(Map.of(), List.of());
  private static final List<String> MEMBERS =
      List.of(
          "input",
          "output",
          "cache_read",
          "cache_write",
          "context",
          "max_output",
          "name",
          "mode",
          "inputs",
          "outputs",
          "capabilities");

  static UserTable read(Path file) {
    if (!Files.isRegularFile(file)) {
      return EMPTY;
    }
    try {
      return of(Files.readString(file));
    } catch (IOException e) {
      return new UserTable(Map.of(), List.of("it cannot be read: " + e.getMessage()));
    }
  }

  static UserTable of(String yaml) {
    Object root;
    try {
      root =
          new Load(LoadSettings.builder().setLabel("model-info.yaml").build()).loadFromString(yaml);
    } catch (YamlEngineException e) {
      return new UserTable(Map.of(), List.of("it is not YAML: " + firstLine(e)));
    }
    if (root == null) {
      return EMPTY;
    }
    if (!(root instanceof Map<?, ?> entries)) {
      return new UserTable(
          Map.of(), List.of("it must be a map of model names, such as acme/large: {input: 3}"));
    }
    List<String> faults = new ArrayList<>();
    Map<String, ModelInfo> models = new LinkedHashMap<>();
    entries.forEach(
        (name, facts) -> {
          if (facts instanceof Map<?, ?> members) {
            String id = String.valueOf(name);
            models.put(id, new Entry(id, members, faults).read());
          } else {
            faults.add(
                "%s: its facts must be a map, such as {input: 3, output: 15}".formatted(name));
          }
        });
    return new UserTable(Map.copyOf(models), List.copyOf(faults));
  }

  private static String firstLine(YamlEngineException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** One model of the file. */
  private record Entry(String id, Map<?, ?> members, List<String> faults) {

    ModelInfo read() {
      for (Object member : members.keySet()) {
        if (!MEMBERS.contains(String.valueOf(member))) {
          fault(
              "%s is not known%s"
                  .formatted(member, NearNames.hint(String.valueOf(member), MEMBERS)));
        }
      }
      return new ModelInfo(
          id,
          text("name"),
          new Price(
              new Rates(
                  amount("input"), amount("output"), amount("cache_read"), amount("cache_write")),
              null),
          tokens("context"),
          tokens("max_output"),
          text("mode"),
          words("inputs", Modality.class),
          words("outputs", Modality.class),
          words("capabilities", Ability.class),
          "",
          "",
          SOURCE);
    }

    private void fault(String what) {
      faults.add(id + ": " + what);
    }

    private long amount(String member) {
      BigDecimal dollars = number(member);
      if (dollars == null) {
        return Price.UNKNOWN;
      }
      long amount = Price.perMillion(dollars);
      if (amount == Price.UNKNOWN) {
        fault(
            dollars.signum() < 0
                ? member + " is less than nothing"
                : member
                    + " must be dollars for a million tokens, 0 or from 0.0001 to 1000; it was "
                    + dollars.toPlainString());
      }
      return amount;
    }

    private long tokens(String member) {
      BigDecimal number = number(member);
      if (number == null) {
        return 0;
      }
      if (number.signum() <= 0
          || number.stripTrailingZeros().scale() > 0
          || number.precision() > 12) {
        fault(member + " must be a number of tokens");
        return 0;
      }
      return number.longValue();
    }

    private @Nullable BigDecimal number(String member) {
      Object value = members.get(member);
      if (value instanceof Number) {
        try {
          return new BigDecimal(value.toString());
        } catch (NumberFormatException e) {
          // .inf and .nan
          fault(member + " must be a number");
          return null;
        }
      }
      if (value != null) {
        fault(member + " must be a number");
      }
      return null;
    }

    private String text(String member) {
      Object value = members.get(member);
      return value == null ? "" : String.valueOf(value);
    }

    private <E extends Enum<E>> Set<E> words(String member, Class<E> kind) {
      Set<E> all = EnumSet.noneOf(kind);
      Object value = members.get(member);
      Collection<?> said =
          value == null ? List.of() : value instanceof Collection<?> list ? list : List.of(value);
      for (Object word : said) {
        E found = null;
        for (E one : kind.getEnumConstants()) {
          if (one.name().equalsIgnoreCase(String.valueOf(word))) {
            found = one;
          }
        }
        if (found == null) {
          fault("%s: %s is not known; known: %s".formatted(member, word, known(kind)));
        } else {
          all.add(found);
        }
      }
      return java.util.Collections.unmodifiableSet(all);
    }

    private static <E extends Enum<E>> String known(Class<E> kind) {
      List<String> names = new ArrayList<>();
      for (E one : kind.getEnumConstants()) {
        names.add(one.name().toLowerCase(Locale.ROOT));
      }
      return String.join(", ", names);
    }
  }
}
