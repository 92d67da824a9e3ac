package dev.caravan.dialect.anthropic;

import dev.caravan.call.CallFailed;
import dev.caravan.call.Failure;
import dev.caravan.call.Failure.Kind;
import dev.caravan.call.Failure.Stage;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Losses;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Signature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages in the form that the provider insists on: user and assistant in turn, each call
 * followed by its result, results first in their turn, nothing empty.
 */
final class Turns {
  private static final Block.Text NO_RESULT = new Block.Text(JsonText.of("No result provided"));

  private record Turn(Role role, List<Block> blocks) {}

  private final List<Turn> turns = new ArrayList<>();

  private Turns() {}

  static Turns of(Conversation conversation, Losses losses) {
    Turns made = new Turns();
    List<Message> messages = conversation.messages();
    for (int i = conversation.leadingInstructions(); i < messages.size(); i++) {
      Message message = messages.get(i);
      Role role = message.role() == Role.ASSISTANT ? Role.ASSISTANT : Role.USER;
      List<Block> blocks = new ArrayList<>(message.blocks().size());
      for (Block block : message.blocks()) {
        if (isSaid(block, losses)) {
          blocks.add(block);
        }
      }
      made.add(role, blocks);
    }
    made.pairResults();
    if (made.turns.stream().noneMatch(turn -> turn.role() == Role.USER)) {
      throw new CallFailed(
          Failure.of(
              Kind.INVALID_REQUEST,
              Stage.TRANSLATION,
              "translation: messages: at least one user message is required"));
    }
    return made;
  }

  private void add(Role role, List<Block> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    if (!turns.isEmpty() && turns.getLast().role() == role) {
      turns.getLast().blocks().addAll(blocks);
    } else {
      turns.add(new Turn(role, new ArrayList<>(blocks)));
    }
  }

  private static boolean isSaid(Block block, Losses losses) {
    return switch (block) {
      case Block.Text(var text, var cache) -> !text.isBlank();
      case Block.Thinking(var text, var signature) -> isOurs(signature, losses);
      case Block.SealedThinking(var data) -> isOurs(data, losses);
      case Block.Foreign foreign -> foreign.dialect().equals(AnthropicMessages.NAME);
      case Block.Audio audio -> false;
      case Block.Image image -> BlockWriter.canTake(image.media());
      case Block.Document document -> BlockWriter.canTake(document.media());
      case Block.ToolCall call -> true;
      case Block.ToolResult result -> true;
    };
  }

  private static boolean isOurs(@Nullable Signature signature, Losses losses) {
    boolean ours = signature != null && signature.family().equals(AnthropicMessages.NAME);
    if (signature != null && !ours) {
      losses.spare(Feature.SIGNED_THINKING);
    }
    return ours;
  }

  /** Each call gets its result in the turn after it; of two results the later one counts. */
  private void pairResults() {
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      if (turn.role() == Role.USER) {
        resultsFirst(turn, Map.of());
      } else if (turn.blocks().stream().anyMatch(block -> block instanceof Block.ToolCall)) {
        if (i + 1 == turns.size()) {
          turns.add(new Turn(Role.USER, new ArrayList<>()));
        }
        Map<String, Block.ToolResult> owed = new LinkedHashMap<>();
        for (Block block : turn.blocks()) {
          if (block instanceof Block.ToolCall call) {
            owed.put(
                call.id(),
                new Block.ToolResult(call.id(), call.name(), List.of(NO_RESULT), false, null));
          }
        }
        resultsFirst(turns.get(++i), owed);
      }
    }
  }

  private static void resultsFirst(Turn turn, Map<String, Block.ToolResult> owed) {
    Map<String, Block.ToolResult> results = new LinkedHashMap<>(owed);
    List<Block> others = new ArrayList<>();
    for (Block block : turn.blocks()) {
      if (block instanceof Block.ToolResult result) {
        results.put(result.callId(), result);
      } else {
        others.add(block);
      }
    }
    turn.blocks().clear();
    turn.blocks().addAll(results.values());
    turn.blocks().addAll(others);
  }

  /** Whether the last turn of the assistant has called a tool, and what it thought is not there. */
  boolean continuesWithoutThinking() {
    if (turns.size() < 2 || !(turns.getLast().blocks().getFirst() instanceof Block.ToolResult)) {
      return false;
    }
    List<Block> before = turns.get(turns.size() - 2).blocks();
    return before.stream()
        .noneMatch(b -> b instanceof Block.Thinking || b instanceof Block.SealedThinking);
  }

  void write(BlockWriter blocks, JsonWriter out) {
    for (Turn turn : turns) {
      out.beginObject().member("role", turn.role() == Role.USER ? "user" : "assistant");
      out.name("content");
      if (turn.blocks().size() == 1
          && turn.blocks().getFirst() instanceof Block.Text(var text, var cache)
          && cache == null) {
        out.text(text);
      } else {
        out.beginArray();
        turn.blocks().forEach(blocks::write);
        out.endArray();
      }
      out.endObject();
    }
  }
}
