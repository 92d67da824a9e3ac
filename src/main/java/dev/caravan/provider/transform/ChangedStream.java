package dev.caravan.provider.transform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One stream on its way through all that changes it with a memory. Not thread-safe. */
public final class ChangedStream {
  private final List<StreamChange> changes;

  ChangedStream(List<StreamChange> changes) {
    this.changes = List.copyOf(changes);
  }

  /**
   * Takes the data of an event.
   *
   * @return what stands in its place, in order; null when it passes as it is
   */
  public @Nullable List<byte[]> event(byte[] json, int start, int end) {
    boolean wanted = false;
    for (StreamChange change : changes) {
      wanted |= change.wants(json, start, end);
    }
    ObjectNode tree = wanted ? Transforms.tree(json, start, end) : null;
    return tree == null ? null : through(List.of(tree), 0);
  }

  /** What the events so far have told of what else stands in headers; names in lower case. */
  public Map<String, String> headers() {
    Map<String, String> all = new HashMap<>();
    changes.forEach(change -> all.putAll(change.headers()));
    return all;
  }

  /** What has been held back, when the stream ends or its end mark comes. */
  public List<byte[]> end() {
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      all.addAll(through(changes.get(i).end(), i + 1));
    }
    return all;
  }

  private List<byte[]> through(List<ObjectNode> events, int from) {
    List<ObjectNode> passing = events;
    for (StreamChange change : changes.subList(from, changes.size())) {
      List<ObjectNode> next = new ArrayList<>();
      passing.forEach(event -> next.addAll(change.event(event)));
      passing = next;
    }
    return passing.stream().map(Transforms::bytes).toList();
  }
}
