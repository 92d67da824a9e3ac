package dev.caravan.provider.model;

import dev.caravan.provider.model.Match.How;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Models by their names in public tables, and the rules by which a name of ours finds one of them
 * (http-api.md 12.3). Prices are never averaged: one model answers. Immutable.
 */
final class ModelTable {
  private static final Comparator<ModelInfo> BEST =
      Comparator.<ModelInfo>comparingInt(info -> Names.makersRank(info.id()))
          .thenComparingInt(info -> Names.sellersRank(info.id()))
          .thenComparingInt(info -> Names.segments(info.id()))
          .thenComparing(ModelInfo::id);

  private final Map<String, ModelInfo> byId = new HashMap<>();
  private final Map<String, List<ModelInfo>> byEnd = new HashMap<>();
  private final Map<String, List<ModelInfo>> byOtherSpelling = new HashMap<>();
  private final Map<String, List<ModelInfo>> byUndatedEnd = new HashMap<>();

  /**
   * Makes the index.
   *
   * @param models of several sources; of two with the same name the first one counts
   */
  ModelTable(Collection<ModelInfo> models) {
    for (ModelInfo model : models) {
      if (byId.putIfAbsent(model.id(), model) == null) {
        Set<String> ends = new LinkedHashSet<>();
        ends.add(Names.folded(Names.rest(model.id())));
        if (Names.segments(model.id()) > 2) {
          ends.add(Names.folded(Names.last(model.id())));
        }
        ends.forEach(end -> add(end, model));
      }
    }
  }

  private void add(String end, ModelInfo model) {
    put(byEnd, end, model);
    String other = Names.normalised(end);
    if (!other.equals(end)) {
      put(byOtherSpelling, other, model);
    }
    String undated = Names.undated(end);
    if (!undated.equals(end)) {
      put(byUndatedEnd, undated, model);
    }
  }

  // nearly all ends have one model, for which a list of one is enough
  private static void put(Map<String, List<ModelInfo>> index, String key, ModelInfo model) {
    List<ModelInfo> there = index.get(key);
    if (there == null) {
      index.put(key, List.of(model));
    } else {
      List<ModelInfo> more = new ArrayList<>(there);
      more.add(model);
      index.put(key, more);
    }
  }

  int size() {
    return byId.size();
  }

  int entries() {
    return byId.size() + byEnd.size() + byOtherSpelling.size() + byUndatedEnd.size();
  }

  /** The model of that name, {@code provider/model}; null when nothing fits. */
  @Nullable Match find(String id) {
    Match found = chain(id);
    if (found != null) {
      return found;
    }
    String paid = Names.withoutFree(id);
    if (!paid.equals(id)) {
      Match twin = find(paid);
      return twin == null ? null : new Match(twin.info().unpriced(), twin.how());
    }
    String undated = Names.undated(id);
    return undated.equals(id) ? null : chain(undated);
  }

  private @Nullable Match chain(String id) {
    Match exact = best(How.EXACT, Stream.of(Names.atReseller(id), id));
    if (exact != null) {
      return exact;
    }
    String aliased = Names.aliased(id);
    if (!aliased.isEmpty()) {
      Match alias = best(How.ALIAS, Stream.of(aliased));
      alias = alias != null ? alias : best(How.ALIAS, Stream.of(Names.atReseller(aliased)));
      if (alias != null) {
        return alias;
      }
    }
    return fuzzy(id);
  }

  private @Nullable Match best(How how, Stream<String> ids) {
    return ids.map(byId::get)
        .filter(java.util.Objects::nonNull)
        .min(BEST)
        .map(info -> new Match(info, how))
        .orElse(null);
  }

  private @Nullable Match fuzzy(String id) {
    for (Map<String, List<ModelInfo>> index : List.of(byEnd, byUndatedEnd)) {
      for (String key : List.of(Names.rest(id), Names.last(id))) {
        ModelInfo found = best(index.get(Names.folded(key)));
        if (found != null) {
          return new Match(found, How.FUZZY);
        }
      }
    }
    for (String key : List.of(Names.rest(id), Names.last(id))) {
      String spelling = Names.normalised(Names.folded(key));
      List<ModelInfo> all = new ArrayList<>(byEnd.getOrDefault(spelling, List.of()));
      all.addAll(byOtherSpelling.getOrDefault(spelling, List.of()));
      ModelInfo found = best(all);
      if (found != null) {
        return new Match(found, How.FUZZY);
      }
    }
    return null;
  }

  private static @Nullable ModelInfo best(@Nullable List<ModelInfo> models) {
    return models == null ? null : models.stream().min(BEST).orElse(null);
  }
}
