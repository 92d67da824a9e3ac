package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.hub.Asked;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Finish;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.StreamEvent;
import dev.caravan.dialect.hub.StreamWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Streams that no provider has thought of yet: texts, thinking and fragments of calls in any order,
 * ids and names apart or missing. Each dialect's writer has to keep its rules and lose nothing.
 */
class GeneratedStreamsTest {
  private static final String MODEL = "acme/model-1";

  @Property(tries = 500)
  void anthropicClientsGetBlocksInOrderAndAllOfThem(@ForAll long seed) {
    check("anthropic", new Random(seed));
  }

  @Property(tries = 500)
  void chatClientsGetChunksInOrderAndAllOfThem(@ForAll long seed) {
    check("openai-chat", new Random(seed));
  }

  private static void check(String dialect, Random random) {
    StringBuilder text = new StringBuilder();
    int calls = random.nextInt(4);
    List<StreamEvent> events = events(random, calls, text);
    Conversation.Builder asked = new Conversation.Builder(dialect);
    asked.model = MODEL;
    asked.stream = true;
    asked.showUsage = random.nextBoolean();
    StreamWriter writer =
        Dialects.onClassPath().named(dialect).codec().writer(new Asked(asked.build(), 1));
    JsonWriter out = new JsonWriter(64);
    events.forEach(event -> writer.write(event, out));
    writer.end(out);
    String stream = out.toString();

    StreamRules.of(dialect).check(stream, MODEL);
    assertThat(textOf(stream)).isEqualTo(text.toString());
    assertThat(callsIn(stream, dialect)).isEqualTo(calls);
  }

  private static List<StreamEvent> events(Random random, int calls, StringBuilder text) {
    List<StreamEvent> events = new ArrayList<>();
    events.add(new StreamEvent.Started(null, dev.caravan.call.Usage.NONE));
    List<List<StreamEvent>> fragments = new ArrayList<>();
    for (int call = 0; call < calls; call++) {
      fragments.add(fragments(random, call));
    }
    int words = random.nextInt(8);
    boolean someLeft = words > 0 || calls > 0;
    while (someLeft) {
      int pick = random.nextInt(calls + 1);
      if (pick == calls && words > 0) {
        words--;
        String word = List.of("a ", "ü\n", "\"☃\" ", "").get(random.nextInt(4));
        if (random.nextInt(3) == 0) {
          events.add(new StreamEvent.ThinkingDelta(JsonText.of(word)));
        } else {
          text.append(word);
          events.add(new StreamEvent.TextDelta(JsonText.of(word)));
        }
      } else if (pick < calls && !fragments.get(pick).isEmpty()) {
        // calls appear in the order of their numbers
        boolean earlierBegan = pick == 0 || fragments.get(pick - 1).size() < 4;
        if (earlierBegan) {
          events.add(fragments.get(pick).removeFirst());
        }
      }
      someLeft = words > 0 || fragments.stream().anyMatch(left -> !left.isEmpty());
    }
    events.add(new StreamEvent.Finished(calls > 0 ? Finish.TOOL_CALLS : Finish.STOP, null));
    return events;
  }

  /** Four fragments; id and name may come together or one after the other. */
  private static List<StreamEvent> fragments(Random random, int call) {
    boolean together = random.nextBoolean();
    String id = "call_" + call;
    boolean empty = random.nextInt(4) == 0;
    List<StreamEvent> fragments = new ArrayList<>();
    fragments.add(new StreamEvent.ToolDelta(call, id, together ? "tool" : null, null, null));
    fragments.add(
        new StreamEvent.ToolDelta(
            call, null, "tool", empty ? null : JsonText.of("{\"a\":\"}"), null));
    fragments.add(
        new StreamEvent.ToolDelta(call, null, null, empty ? null : JsonText.of("\\\""), null));
    fragments.add(
        new StreamEvent.ToolDelta(call, null, null, empty ? null : JsonText.of("\"}"), null));
    return fragments;
  }

  private static String textOf(String stream) {
    StringBuilder text = new StringBuilder();
    for (StreamRules.Event event : StreamRules.events(stream)) {
      if (!event.data().equals("[DONE]")) {
        JsonNode json = event.json();
        text.append(json.at("/choices/0/delta/content").asText(""));
        text.append(json.at("/delta/text").asText(""));
      }
    }
    return text.toString();
  }

  private static int callsIn(String stream, String dialect) {
    String mark = dialect.equals("anthropic") ? "\"tool_use\",\"id\"" : "\"type\":\"function\"";
    return (stream.length() - stream.replace(mark, "").length()) / mark.length();
  }
}
