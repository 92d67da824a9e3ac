package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The transforms of one provider, in their order. What has none costs nothing: bytes stay bytes.
 * Immutable and thread-safe.
 */
public final class Transforms {

  /** Loaded with the first provider that has one. */
  private static final class Known {
    static final List<BodyTransform> ALL =
        List.of(
            new OpenAiReasoning(),
            new OpenRouterReasoning(),
            new GroqReasoning(),
            new Mistral(),
            new NvidiaThinking(),
            new ReasoningReplay(),
            new DeepSeek(),
            new XaiReasoning(),
            new MoonshotLimits(),
            new ZaiThinking(),
            new MiniMaxThinking(),
            new FireworksNames(),
            new AlternateRoles(),
            new StringContent(),
            new ReasoningContent(),
            new AutoToolChoice(),
            new GemmaSystem());
  }

  /** Made when it is first needed: Jackson's mapper takes its time, and a start has none. */
  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  private final List<BodyTransform> chosen;
  private final List<BodyTransform> ofAnswers;
  private final List<BodyTransform> listeners;
  private final boolean perCall;

  private Transforms(List<BodyTransform> chosen) {
    this.chosen = List.copyOf(chosen);
    this.listeners = chosen.stream().filter(BodyTransform::hearsAnswers).toList();
    this.perCall = chosen.stream().anyMatch(BodyTransform::isPerCall);
    this.ofAnswers = chosen.stream().filter(BodyTransform::changesAnswers).toList();
  }

  /** All that there are, in the order of the documents. */
  public static List<BodyTransform> all() {
    return Known.ALL;
  }

  /** The transform of a name. */
  public static Optional<BodyTransform> named(String name) {
    return all().stream().filter(transform -> transform.name().equals(name)).findFirst();
  }

  public static List<String> names() {
    return all().stream().map(BodyTransform::name).toList();
  }

  /** Those of these names, in this order; what is not known is passed over. */
  public static Transforms of(List<String> names) {
    List<BodyTransform> chosen = new ArrayList<>();
    names.forEach(name -> named(name).ifPresent(chosen::add));
    return new Transforms(chosen);
  }

  /** Whether {@link #forCall} gives others for each call. */
  public boolean arePerCall() {
    return perCall;
  }

  /** The transforms as they serve one call; the same ones where none of them minds. */
  public Transforms forCall(String client, ReasoningMemory memory) {
    return perCall
        ? new Transforms(chosen.stream().map(one -> one.forCall(client, memory)).toList())
        : this;
  }

  /** Whether they change answers, or listen to them. */
  public boolean changeAnswers() {
    return !ofAnswers.isEmpty() || !listeners.isEmpty();
  }

  /**
   * Whether a request for this model has to be looked at.
   *
   * @param model the provider's own name of it
   */
  public boolean concern(String model) {
    if (GemmaSystem.concernsModel(model)) {
      return true;
    }
    for (BodyTransform transform : chosen) {
      if (transform.concerns(model)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A request as the provider needs it.
   *
   * @param body in the provider's dialect
   * @param model the provider's own name of it
   * @return the same array when there is nothing to change
   */
  public byte[] request(byte[] body, String model) {
    List<BodyTransform> active = new ArrayList<>();
    if (GemmaSystem.concernsModel(model)) {
      active.add(all().getLast());
    }
    for (BodyTransform transform : chosen) {
      if (transform.concerns(model) && holds(body, 0, body.length, transform.onlyWith())) {
        active.add(transform);
      }
    }
    ObjectNode tree = active.isEmpty() ? null : tree(body, 0, body.length);
    if (tree == null) {
      return body;
    }
    active.forEach(transform -> transform.request(tree, model));
    return bytes(tree);
  }

  /** A whole answer, or the data of an event, as others give it; null when nothing is changed. */
  public byte @Nullable [] answer(byte[] body, int start, int end) {
    listeners.forEach(listener -> listener.hear(body, start, end));
    List<BodyTransform> active = new ArrayList<>();
    for (BodyTransform transform : ofAnswers) {
      if (holds(body, start, end, transform.answersOnlyWith())) {
        active.add(transform);
      }
    }
    ObjectNode tree = active.isEmpty() ? null : tree(body, start, end);
    if (tree == null) {
      return null;
    }
    ObjectNode before = tree.deepCopy();
    active.forEach(transform -> transform.answer(tree));
    return tree.equals(before) ? null : bytes(tree);
  }

  /** Whether a range holds an ASCII word; every one holds the empty one. */
  private static boolean holds(byte[] body, int start, int end, String word) {
    int last = end - word.length();
    if (word.isEmpty()) {
      return true;
    }
    char first = word.charAt(0);
    for (int i = start; i <= last; i++) {
      if (body[i] == first && isAt(body, i, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] body, int at, String word) {
    for (int i = 1; i < word.length(); i++) {
      if (body[at + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable ObjectNode tree(byte[] body, int start, int end) {
    try {
      JsonNode tree = Mapper.TREES.readTree(body, start, end - start);
      return tree instanceof ObjectNode object ? object : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static byte[] bytes(ObjectNode tree) {
    try {
      return Mapper.TREES.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was just read cannot be written", e);
    }
  }
}
