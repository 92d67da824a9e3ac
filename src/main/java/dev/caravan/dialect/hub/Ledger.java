package dev.caravan.dialect.hub;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a dialect does with each feature of a request: under which fields it reads it, and what
 * becomes of it when it writes it. Declared beside the mapping; the pages of {@code
 * docs/dialects.md}, the header {@code X-Gateway-Dropped} and strict mode all come from it, and so
 * do the plain fields, whose values are moved as they are. Immutable.
 */
public final class Ledger {

  /** What becomes of a feature in another dialect. */
  public enum Verdict {
    /** Means the same there and is written as it is. */
    KEPT,
    /** Is written in that dialect's own way. */
    MAPPED,
    /** Is left out, and the client told. */
    DROPPED,
    /** The call is refused, since without it the answer would be another. */
    REFUSED
  }

  /**
   * A field that the dialect reads.
   *
   * @param path as a client would write it, {@code messages[].name}
   * @param plain whether its value is carried as it is
   */
  public record Field(String path, Feature feature, boolean plain) {}

  /**
   * What becomes of a feature when this dialect writes it.
   *
   * @param how the field it goes to, or why it goes nowhere
   * @param harmless whether the answer says the same without it, so that strict mode lets it go
   */
  public record Fate(Verdict verdict, String how, boolean harmless) {}

  private static final Fate UNHEARD_OF =
      new Fate(Verdict.DROPPED, "there is nothing like it", false);

  private final String dialect;
  private final List<Field> fields;
  private final Map<Feature, Fate> fates;
  private final Map<String, Feature> plain = new HashMap<>();
  private final Map<Feature, String> members = new EnumMap<>(Feature.class);
  private final boolean tellsUser;

  private Ledger(Builder made) {
    this.tellsUser = made.tellsUser;
    this.dialect = made.dialect;
    this.fields = List.copyOf(made.fields);
    this.fates = new EnumMap<>(made.fates);
    for (Field field : fields) {
      if (field.plain()) {
        plain.put(field.path(), field.feature());
      }
    }
    fates.forEach(
        (feature, fate) -> {
          if (fate.verdict() == Verdict.KEPT && made.writesPlain.contains(feature)) {
            members.put(feature, fate.how());
          }
        });
  }

  public static Builder of(String dialect) {
    return new Builder(dialect);
  }

  public String dialect() {
    return dialect;
  }

  /** Fields that it reads, in the order of its page. */
  public List<Field> fields() {
    return fields;
  }

  /** What becomes of a feature that this dialect has to write. */
  public Fate fateOf(Feature feature) {
    return fates.getOrDefault(feature, UNHEARD_OF);
  }

  /** Whether it can say who asks; some only do so when they are set to. */
  public boolean tellsUser() {
    return tellsUser;
  }

  /** The feature of a top-level field whose value is carried as it is; null for any other. */
  public @Nullable Feature plainFeature(String member) {
    return plain.get(member);
  }

  /** The top-level member that a plain feature is written to; null when it has none. */
  public @Nullable String memberOf(Feature feature) {
    return members.get(feature);
  }

  /** What a client calls a feature; the hub's word when it has no field for it. */
  public String pathOf(Feature feature) {
    for (Field field : fields) {
      if (field.feature() == feature) {
        return field.path();
      }
    }
    return feature.name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Puts a ledger together. */
  public static final class Builder {
    private final String dialect;
    private final List<Field> fields = new ArrayList<>();
    private final Map<Feature, Fate> fates = new EnumMap<>(Feature.class);
    private final List<Feature> writesPlain = new ArrayList<>();
    private boolean tellsUser;

    private Builder(String dialect) {
      this.dialect = dialect;
    }

    /** A field that it reads. */
    public Builder reads(String path, Feature feature) {
      fields.add(new Field(path, feature, false));
      return this;
    }

    /** A top-level field whose value it carries as it is. */
    public Builder carries(String member, Feature feature) {
      fields.add(new Field(member, feature, true));
      return this;
    }

    /** Writes a carried value to a top-level member. */
    public Builder keeps(Feature feature, String member) {
      writesPlain.add(feature);
      fates.put(feature, new Fate(Verdict.KEPT, member, false));
      return this;
    }

    public Builder maps(Feature feature, String how) {
      fates.put(feature, new Fate(Verdict.MAPPED, how, false));
      return this;
    }

    public Builder drops(Feature feature, String why) {
      fates.put(feature, new Fate(Verdict.DROPPED, why, false));
      return this;
    }

    /**
     * Leaves out what does not change what is answered: hints, books, history that nobody reads.
     */
    public Builder spares(Feature feature, String why) {
      fates.put(feature, new Fate(Verdict.DROPPED, why, true));
      return this;
    }

    /**
     * Says who asks where the gateway is set to ({@link Manner#tellUser}), whatever the verdict.
     */
    public Builder tellsUserWhenSet() {
      tellsUser = true;
      return this;
    }

    public Builder refuses(Feature feature, String why) {
      fates.put(feature, new Fate(Verdict.REFUSED, why, false));
      return this;
    }

    public Ledger build() {
      return new Ledger(this);
    }
  }
}
