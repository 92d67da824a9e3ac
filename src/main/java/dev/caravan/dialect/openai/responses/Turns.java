package dev.caravan.dialect.openai.responses;

import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Puts items together to turns: what the model said, thought and called in a row is one turn, and
 * so are results in a row. What stands between a call and its result waits until all results are
 * there, since strict providers want them next to each other (http-api.md 7.1).
 */
final class Turns {
  private record Item(Role role, List<Block> blocks) {
    boolean isResult() {
      return blocks.size() == 1 && blocks.getFirst() instanceof Block.ToolResult;
    }
  }

  private final List<Item> items = new ArrayList<>();
  private final List<Item> turns = new ArrayList<>();
  private boolean othersSpoke;

  void add(Role role, List<Block> blocks, Conversation.Builder into) {
    if (role.instructs()) {
      into.saw(
          othersSpoke
              ? Feature.LATER_SYSTEM
              : role == Role.DEVELOPER ? Feature.DEVELOPER_ROLE : Feature.SYSTEM);
    } else {
      othersSpoke = true;
    }
    items.add(new Item(role, blocks));
  }

  void addTo(Conversation.Builder into) {
    arrange();
    for (Item turn : turns) {
      into.messages.add(new Message(turn.role(), turn.blocks()));
    }
  }

  private void arrange() {
    Map<String, Integer> results = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      for (Block block : items.get(i).blocks()) {
        if (block instanceof Block.ToolResult result) {
          results.put(result.callId(), i);
        }
      }
    }
    Set<String> awaited = new HashSet<>();
    List<Item> held = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      if (item.isResult()) {
        append(item);
        awaited.remove(((Block.ToolResult) item.blocks().getFirst()).callId());
        if (awaited.isEmpty()) {
          held.forEach(this::append);
          held.clear();
        }
      } else if (item.role() == Role.ASSISTANT) {
        append(item);
        for (Block block : item.blocks()) {
          if (block instanceof Block.ToolCall call && results.getOrDefault(call.id(), -1) > i) {
            awaited.add(call.id());
          }
        }
      } else if (awaited.isEmpty()) {
        append(item);
      } else {
        held.add(item);
      }
    }
    held.forEach(this::append);
  }

  private void append(Item item) {
    Item last = turns.isEmpty() ? null : turns.getLast();
    boolean goesOn =
        last != null
            && last.role() == item.role()
            && (item.role() == Role.ASSISTANT
                || (item.isResult() && last.blocks().getLast() instanceof Block.ToolResult));
    if (last != null && goesOn) {
      last.blocks().addAll(item.blocks());
    } else {
      turns.add(new Item(item.role(), new ArrayList<>(item.blocks())));
    }
  }
}
