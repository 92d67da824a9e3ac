package dev.caravan.provider.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.call.Access;
import dev.caravan.call.Fault;
import dev.caravan.call.Secret;
import dev.caravan.dialect.JsonBytes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            new CodexReasoning(),
            new Codex(),
            new QwenCode(),
            new IFlow(),
            new ThinkTags(),
            new CodeAssist(),
            new ConfirmedTools(),
            new MalformedCalls(),
            new ArgumentRepair(),
            new GoogleSignatures(),
            new Gemini3Tools(),
            new CodeAssistEnvelope(),
            new AntigravityTools(),
            new ToolHints(),
            new ClaudeTurns(),
            new Antigravity(),
            new AntigravityEnvelope(),
            new GemmaSystem());
  }

  /** Made when it is first needed: Jackson's mapper takes its time, and a start has none. */
  private static final class Mapper {
    static final ObjectMapper TREES = new ObjectMapper(JsonBytes.FACTORY.copy());
  }

  private static final Access NOBODY = Access.by(new Secret("", ""));

  private final List<BodyTransform> chosen;
  private final List<BodyTransform> ofAnswers;
  private final List<BodyTransform> aroundAnswers;
  private final List<BodyTransform> ofAccess;
  private final List<BodyTransform> ofErrands;
  private final List<BodyTransform> listeners;
  private final boolean remember;
  private final boolean perCall;

  private Transforms(List<BodyTransform> chosen) {
    this.chosen = List.copyOf(chosen);
    this.ofAccess = chosen.stream().filter(BodyTransform::asksForAccess).toList();
    this.ofErrands = chosen.stream().filter(BodyTransform::concernsErrands).toList();
    this.remember = chosen.stream().anyMatch(transform -> transform.ofStream() != null);
    this.aroundAnswers = chosen.stream().filter(BodyTransform::unpacksAnswers).toList();
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
    return of(names, Map.of());
  }

  /**
   * The same.
   *
   * @param options what they are told, by name
   */
  public static Transforms of(List<String> names, Map<String, String> options) {
    List<BodyTransform> chosen = new ArrayList<>();
    names.forEach(name -> named(name).ifPresent(one -> chosen.add(one.with(options))));
    return new Transforms(chosen);
  }

  /** Whether a request depends on whose call it is. */
  public boolean askForAccess() {
    return !ofAccess.isEmpty();
  }

  /** More headers for a request of whoever pays. */
  public Map<String, String> headers(String model, Access access) {
    Map<String, String> more = new LinkedHashMap<>();
    for (BodyTransform transform : ofAccess) {
      if (transform.concerns(model)) {
        more.putAll(transform.headers(model, access));
      }
    }
    return more;
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

  /** Whether one of them may want a request to be made again. */
  public boolean maySayItAgain() {
    return chosen.stream().anyMatch(BodyTransform::maySayItAgain);
  }

  /** How long to wait before the request is made again, null when none of them wants that. */
  public @Nullable Duration sayItAgainAfter(Fault fault) {
    Duration longest = null;
    for (BodyTransform transform : chosen) {
      Duration one = transform.sayItAgainAfter(fault);
      longest = one != null && (longest == null || one.compareTo(longest) > 0) ? one : longest;
    }
    return longest;
  }

  /** Whether they change answers, or listen to them. */
  public boolean changeAnswers() {
    return !ofAnswers.isEmpty() || !aroundAnswers.isEmpty() || !listeners.isEmpty();
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
    return request(body, model, NOBODY);
  }

  /**
   * A request as the provider needs it from whoever pays.
   *
   * @param body in the provider's dialect
   * @param model the provider's own name of it
   * @param access of the credential that pays
   * @return the same array when there is nothing to change
   */
  public byte[] request(byte[] body, String model, Access access) {
    List<BodyTransform> active = new ArrayList<>();
    if (GemmaSystem.concernsModel(model)) {
      active.add(all().getLast());
    }
    for (BodyTransform transform : chosen) {
      if (transform.concerns(model) && Bytes.hold(body, 0, body.length, transform.onlyWith())) {
        active.add(transform);
      }
    }
    ObjectNode tree = active.isEmpty() ? null : tree(body, 0, body.length);
    if (tree == null) {
      return body;
    }
    active.forEach(transform -> transform.request(tree, model, access));
    return bytes(tree);
  }

  /** A whole answer, or the data of an event, as others give it; null when nothing is changed. */
  public byte @Nullable [] answer(byte[] body, int start, int end) {
    for (BodyTransform transform : aroundAnswers) {
      byte[] inside = transform.inside(body, start, end);
      if (inside != null) {
        byte[] changed = changed(inside, 0, inside.length);
        return changed == null ? inside : changed;
      }
    }
    return changed(body, start, end);
  }

  private byte @Nullable [] changed(byte[] body, int start, int end) {
    listeners.forEach(listener -> listener.hear(body, start, end));
    List<BodyTransform> active = new ArrayList<>();
    for (BodyTransform transform : ofAnswers) {
      if (Bytes.hold(body, start, end, transform.answersOnlyWith())) {
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

  /** Those that concern requests for something else than an answer. */
  public Transforms ofErrands() {
    return ofErrands.size() == chosen.size() ? this : new Transforms(ofErrands);
  }

  /** Whether something remembers what a stream has said. */
  public boolean changeStreams() {
    return remember;
  }

  /** What remembers something of one stream, null when nothing does. */
  public @Nullable ChangedStream ofStream() {
    List<StreamChange> changes = new ArrayList<>();
    for (BodyTransform transform : chosen) {
      StreamChange change = transform.ofStream();
      if (change != null) {
        changes.add(change);
      }
    }
    return changes.isEmpty() ? null : new ChangedStream(changes);
  }

  static @Nullable ObjectNode tree(byte[] body, int start, int end) {
    try {
      JsonNode tree = Mapper.TREES.readTree(body, start, end - start);
      return tree instanceof ObjectNode object ? object : null;
    } catch (IOException e) {
      return null;
    }
  }

  static byte[] bytes(ObjectNode tree) {
    try {
      return Mapper.TREES.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was just read cannot be written", e);
    }
  }
}
