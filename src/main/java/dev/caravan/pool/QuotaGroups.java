package dev.caravan.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which models share a quota. Immutable. */
final class QuotaGroups {
  static final QuotaGroups NONE = new QuotaGroups(Map.of());

  private record Wild(Pattern models, String group) {}

  private final Map<String, String> groupOf;
  private final Map<String, String> exact = new HashMap<>();
  private final List<Wild> wild = new ArrayList<>();

  /**
   * @param groupOf upstream model, or a pattern with {@code *} and {@code ?}, to its group
   */
  QuotaGroups(Map<String, String> groupOf) {
    this.groupOf = Map.copyOf(groupOf);
    groupOf.forEach(
        (model, group) -> {
          if (model.indexOf('*') < 0 && model.indexOf('?') < 0) {
            exact.put(model, group);
          } else {
            wild.add(new Wild(pattern(model), group));
          }
        });
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString());
  }

  @Nullable String of(String upstreamModel) {
    String group = exact.get(upstreamModel);
    if (group != null || wild.isEmpty()) {
      return group;
    }
    for (Wild some : wild) {
      if (some.models().matcher(upstreamModel).matches()) {
        return some.group();
      }
    }
    return null;
  }

  boolean has(String group) {
    return groupOf.containsValue(group);
  }

  /** As it was given. */
  Map<String, String> asMap() {
    return groupOf;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QuotaGroups that && groupOf.equals(that.groupOf);
  }

  @Override
  public int hashCode() {
    return groupOf.hashCode();
  }
}
