package dev.caravan.dialect.gemini;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The contents in the form that the provider insists on: user and model in turn, beginning with the
 * user, all responses of a turn's calls in one content directly behind it and in the order of the
 * calls, nothing empty (providers.md 5.4).
 */
final class Turns {
  private static final Block.Text LOST =
      new Block.Text(
          JsonText.of("{\"error\":\"The result of this call was lost.\",\"recovered\":true}"));

  /** What one side says. */
  record Turn(boolean model, List<Block> blocks) {}

  private final List<Turn> turns = new ArrayList<>();

  private Turns() {}

  static List<Turn> of(Conversation conversation, int from, Target target) {
    Turns made = new Turns();
    List<Message> messages = conversation.messages();
    for (int i = from; i < messages.size(); i++) {
      made.add(messages.get(i), target);
    }
    made.pairResponses();
    if (!made.turns.isEmpty() && made.turns.getFirst().model()) {
      made.turns.addFirst(new Turn(false, List.of(new Block.Text(JsonText.of(" ")))));
    }
    boolean prefilled = !made.turns.isEmpty() && made.turns.getLast().model();
    if (prefilled && Models.isThreeOrLater(target.model())) {
      made.turns.removeLast(); // it does not go on with what somebody else has begun to say
    }
    if (made.turns.isEmpty()) {
      throw new CallFailed(
          Failure.of(
              Kind.INVALID_REQUEST,
              Stage.TRANSLATION,
              "translation: messages: at least one message with content is required"));
    }
    return made.turns;
  }

  private void add(Message message, Target target) {
    boolean model = message.role() == Role.ASSISTANT;
    List<Block> said = new ArrayList<>(message.blocks().size());
    for (Block block : message.blocks()) {
      if (isSaid(block, target)) {
        said.add(block);
      }
    }
    if (said.isEmpty()) {
      return;
    }
    if (!turns.isEmpty() && turns.getLast().model() == model) {
      turns.getLast().blocks().addAll(said);
    } else {
      turns.add(new Turn(model, said));
    }
  }

  private static boolean isSaid(Block block, Target target) {
    return switch (block) {
      case Block.Text(var text, var cache) -> !text.isEmpty();
      case Block.Thinking(var text, var signature) -> {
        boolean ours = signature != null && signature.family().equals(Gemini.NAME);
        if (signature != null && !ours) {
          target.losses().spare(Feature.SIGNED_THINKING);
        }
        yield ours;
      }
      case Block.SealedThinking(var data) -> data.family().equals(Gemini.NAME);
      case Block.Image image -> !(image.media() instanceof Media.Stored);
      case Block.Document document -> !(document.media() instanceof Media.Stored);
      case Block.Audio audio -> true;
      case Block.ToolCall call -> true;
      case Block.ToolResult result -> true;
      case Block.Foreign foreign -> foreign.dialect().equals(Gemini.NAME);
    };
  }

  /** Each call gets its response; of two responses to one call the first counts. */
  private void pairResponses() {
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      if (!turn.model()) {
        dropStrayResponses(turn);
        continue;
      }
      Map<String, Block.ToolCall> owed = new LinkedHashMap<>();
      for (Block block : turn.blocks()) {
        if (block instanceof Block.ToolCall call) {
          owed.put(call.id(), call);
        }
      }
      if (!owed.isEmpty()) {
        if (i + 1 == turns.size()) {
          turns.add(new Turn(false, new ArrayList<>()));
        }
        responsesFirst(turns.get(++i), owed);
      }
    }
    turns.removeIf(turn -> turn.blocks().isEmpty());
  }

  /** A response that nobody asked for is a text, so that what it says is not lost. */
  private static void dropStrayResponses(Turn turn) {
    List<Block> kept = new ArrayList<>();
    for (Block block : turn.blocks()) {
      if (block instanceof Block.ToolResult result) {
        kept.addAll(result.content());
      } else {
        kept.add(block);
      }
    }
    turn.blocks().clear();
    turn.blocks().addAll(kept);
  }

  private static void responsesFirst(Turn turn, Map<String, Block.ToolCall> owed) {
    Map<String, Block.ToolResult> found = new LinkedHashMap<>();
    List<Block.ToolResult> strays = new ArrayList<>();
    List<Block> others = new ArrayList<>();
    for (Block block : turn.blocks()) {
      if (!(block instanceof Block.ToolResult result)) {
        others.add(block);
      } else if (!owed.containsKey(result.callId())) {
        strays.add(result);
      } else {
        found.putIfAbsent(result.callId(), result);
      }
    }
    turn.blocks().clear();
    owed.forEach(
        (id, call) -> {
          Block.ToolResult result = found.get(id);
          result = result == null ? fitting(call, strays) : result;
          turn.blocks()
              .add(
                  result == null
                      ? new Block.ToolResult(id, call.name(), List.of(LOST), false, null)
                      : new Block.ToolResult(
                          id, call.name(), result.content(), result.failed(), null));
        });
    strays.forEach(stray -> turn.blocks().addAll(stray.content()));
    turn.blocks().addAll(others);
  }

  /**
   * Takes the result that most likely belongs to a call whose own is missing: one of the same
   * function, one of no function, or the first.
   */
  private static Block.@Nullable ToolResult fitting(
      Block.ToolCall call, List<Block.ToolResult> strays) {
    for (String name : List.of(call.name(), "", "unknown_function")) {
      for (Block.ToolResult stray : strays) {
        if (stray.name().equals(name)) {
          strays.remove(stray);
          return stray;
        }
      }
    }
    return strays.isEmpty() ? null : strays.removeFirst();
  }
}
