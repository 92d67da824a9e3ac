package dev.caravan.dialect.hub;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as every dialect understands it. Texts and plain values are ranges of the client's body
 * (see {@link JsonText}). Immutable; {@link #change()} makes another one.
 *
 * @param dialect that it was read from
 * @param model what the client asked for
 * @param stream whether it wants a stream
 * @param showUsage whether it wants to see the usage of a stream
 * @param messages system texts among them, where they stood
 * @param choice null when nothing was said
 * @param parallelCalls whether several tools may be called at once, null when nothing was said
 * @param maxTokens of the answer, null for as many as there may be
 * @param temperature null when nothing was said
 * @param reasoning null when nothing was said
 * @param format null for free text
 * @param user an id of whoever asks, null when nothing was said
 * @param plain values that are carried as they are
 * @param features all that it asks for, so that what cannot be had is found without a search
 * @param unknown members that its own dialect does not know
 * @param memo what the dialect that it was read from needs again when it writes the answer; nobody
 *     else looks at it
 */
public record Conversation(
    String dialect,
    String model,
    boolean stream,
    boolean showUsage,
    List<Message> messages,
    List<Tool> tools,
    @Nullable ToolChoice choice,
    @Nullable Boolean parallelCalls,
    @Nullable Long maxTokens,
    @Nullable Double temperature,
    List<JsonText> stop,
    @Nullable Reasoning reasoning,
    @Nullable ResponseFormat format,
    @Nullable JsonText user,
    Map<Feature, Raw> plain,
    Set<Feature> features,
    List<String> unknown,
    @Nullable Object memo) {

  /** A builder that begins with all of this. */
  public Builder change() {
    return new Builder(this);
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /** Writes every plain value that a dialect keeps, under that dialect's name. */
  public void writePlain(Ledger ledger, JsonWriter out) {
    plain.forEach(
        (feature, value) -> {
          String member = ledger.memberOf(feature);
          if (member != null) {
            out.member(member, value);
          }
        });
  }

  /** The system texts before the first other message. */
  public int leadingInstructions() {
    int i = 0;
    while (i < messages.size() && messages.get(i).role().instructs()) {
      i++;
    }
    return i;
  }

  /** Gathers a conversation. Fields are set by the reader of a dialect, or by a transform. */
  public static final class Builder {
    public final String dialect;
    public String model = "";
    public boolean stream;
    public boolean showUsage;
    public final List<Message> messages = new ArrayList<>();
    public final List<Tool> tools = new ArrayList<>();
    public @Nullable ToolChoice choice;
    public @Nullable Boolean parallelCalls;
    public @Nullable Long maxTokens;
    public @Nullable Double temperature;
    public final List<JsonText> stop = new ArrayList<>();
    public @Nullable Reasoning reasoning;
    public @Nullable ResponseFormat format;
    public @Nullable JsonText user;
    public final EnumMap<Feature, Raw> plain = new EnumMap<>(Feature.class);
    public final EnumSet<Feature> features = EnumSet.noneOf(Feature.class);
    public final List<String> unknown = new ArrayList<>();
    public @Nullable Object memo;

    public Builder(String dialect) {
      this.dialect = dialect;
    }

    private Builder(Conversation from) {
      this(from.dialect);
      model = from.model;
      stream = from.stream;
      showUsage = from.showUsage;
      messages.addAll(from.messages);
      tools.addAll(from.tools);
      choice = from.choice;
      parallelCalls = from.parallelCalls;
      maxTokens = from.maxTokens;
      temperature = from.temperature;
      stop.addAll(from.stop);
      reasoning = from.reasoning;
      format = from.format;
      user = from.user;
      plain.putAll(from.plain);
      features.addAll(from.features);
      unknown.addAll(from.unknown);
      memo = from.memo;
    }

    /** Notes that a feature is asked for. */
    public Builder saw(Feature feature) {
      features.add(feature);
      return this;
    }

    /** Carries a plain value; null in JSON is as good as nothing. */
    public Builder carry(Feature feature, Raw value) {
      if (!value.isNull()) {
        plain.put(feature, value);
        features.add(feature);
      }
      return this;
    }

    /** A member that the dialect does not know. */
    public Builder unknown(String member) {
      unknown.add(member);
      features.add(Feature.UNKNOWN);
      return this;
    }

    public Conversation build() {
      return new Conversation(
          dialect,
          model,
          stream,
          showUsage,
          List.copyOf(messages),
          List.copyOf(tools),
          choice,
          parallelCalls,
          maxTokens,
          temperature,
          List.copyOf(stop),
          reasoning,
          format,
          user,
          plain,
          features,
          List.copyOf(unknown),
          memo);
    }
  }
}
