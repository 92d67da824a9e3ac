package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.dialect.Dialect;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.gemini.Gemini;
import dev.caravan.dialect.hub.Arguments;
import dev.caravan.dialect.hub.Block;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.JsonText;
import dev.caravan.dialect.hub.JsonWriter;
import dev.caravan.dialect.hub.Ledger;
import dev.caravan.dialect.hub.Ledger.Verdict;
import dev.caravan.dialect.hub.Losses;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.dialect.hub.Media;
import dev.caravan.dialect.hub.Message;
import dev.caravan.dialect.hub.Raw;
import dev.caravan.dialect.hub.Role;
import dev.caravan.dialect.hub.Target;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.dialect.hub.Tool;
import dev.caravan.dialect.hub.ToolChoice;
import dev.caravan.dialect.hub.ToolNames;
import dev.caravan.dialect.hub.Translation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Conversations that nobody has written down: what a client of one dialect says, and the ledger of
 * another keeps, is read again from what is written in that other one.
 */
class RoundTripPropertyTest {
  private static final Dialects DIALECTS = Dialects.onClassPath();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of(
          "Hello",
          "grüß",
          "☃",
          "🚀𝄞",
          "\"quoted\"",
          "back\\slash",
          "漢字",
          "</tag>",
          "\u0001x",
          "a\tb");

  /** From whom to whom. */
  record Pair(String client, String upstream) {}

  @Provide
  Arbitrary<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (String client : DIALECTS.names()) {
      for (String upstream : DIALECTS.names()) {
        if (!client.equals(upstream)) {
          pairs.add(new Pair(client, upstream));
        }
      }
    }
    return Arbitraries.of(pairs);
  }

  @Property(tries = 600)
  void whatTheLedgerKeepsArrives(@ForAll("pairs") Pair pair, @ForAll long seed) {
    Dialect client = DIALECTS.named(pair.client());
    Dialect upstream = DIALECTS.named(pair.upstream());
    Conversation asked = parsed(client, written(client, generated(pair.client(), seed)));
    Translation made =
        new Translation(
            client,
            upstream,
            asked,
            new Thoughts(),
            "tester",
            List.of(),
            "model-1",
            true,
            false,
            Manner.DEFAULT,
            1);

    Conversation arrived = parsed(upstream, made.body());

    Ledger ledger = upstream.codec().ledger();
    boolean failuresInWords = upstream.name().startsWith("openai-");
    assertThat(said(arrived, false)).as("what was said").isEqualTo(said(asked, failuresInWords));
    assertThat(tools(arrived)).as("tools").isEqualTo(tools(asked));
    Map<Feature, String> wanted = settings(asked);
    Map<Feature, String> got = settings(arrived);
    wanted.forEach(
        (feature, value) -> {
          Verdict verdict = ledger.fateOf(feature).verdict();
          if (verdict == Verdict.KEPT || verdict == Verdict.MAPPED) {
            assertThat(got).as(made.losses().dropped().toString()).containsEntry(feature, value);
          } else {
            assertThat(made.losses().dropped()).contains(client.codec().ledger().pathOf(feature));
          }
        });
    asked
        .plain()
        .forEach(
            (feature, value) -> {
              if (ledger.memberOf(feature) != null) {
                assertThat(arrived.plain()).containsEntry(feature, value);
              }
            });
  }

  // ---- what is asked

  private static Conversation generated(String dialect, long seed) {
    Random random = new Random(seed);
    Conversation.Builder made = new Conversation.Builder(dialect);
    made.model = "acme/model-1";
    made.stream = random.nextBoolean();
    if (random.nextBoolean()) {
      made.messages.add(new Message(Role.SYSTEM, List.of(text(random))));
      made.features.add(Feature.SYSTEM);
    }
    boolean offers = random.nextBoolean();
    if (offers) {
      for (int i = 0; i <= random.nextInt(3); i++) {
        made.tools.add(
            new Tool.Function(
                "tool_" + i,
                JsonText.of(word(random)),
                Raw.of("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}"),
                null,
                null));
      }
      made.features.add(Feature.TOOLS);
      choice(random, made);
    }
    int turns = 1 + random.nextInt(4);
    for (int turn = 0; turn < turns; turn++) {
      user(random, made);
      if (turn < turns - 1) {
        assistant(random, made, turn, offers);
      }
    }
    limits(random, made);
    return made.build();
  }

  private static void choice(Random random, Conversation.Builder made) {
    made.choice =
        switch (random.nextInt(5)) {
          case 0 -> new ToolChoice.Auto();
          case 1 -> new ToolChoice.None();
          case 2 -> new ToolChoice.Required();
          case 3 -> new ToolChoice.Named("tool_0");
          default -> null;
        };
    if (made.choice != null) {
      made.features.add(Feature.TOOL_CHOICE);
    }
  }

  private static void user(Random random, Conversation.Builder made) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(2); i++) {
      blocks.add(text(random));
    }
    if (random.nextInt(4) == 0) {
      JsonText type = JsonText.of(random.nextBoolean() ? "image/png" : "image/jpeg");
      blocks.add(
          new Block.Image(new Media.Inline(type, JsonText.of("iVBORw0KGgo+/A==")), null, null));
      made.features.add(Feature.IMAGE);
    }
    made.messages.add(new Message(Role.USER, blocks));
  }

  private static void assistant(
      Random random, Conversation.Builder made, int turn, boolean offers) {
    List<Block> said = new ArrayList<>();
    List<Block> results = new ArrayList<>();
    int calls = offers ? random.nextInt(4) : 0;
    if (calls == 0 || random.nextBoolean()) {
      said.add(text(random));
    }
    for (int i = 0; i < calls; i++) {
      String id = "call_%d_%d".formatted(turn, i);
      made.features.add(Feature.TOOL_CALL);
      made.features.add(Feature.TOOL_RESULT);
      said.add(new Block.ToolCall(id, "tool_0", Arguments.of(Raw.of(arguments(random)))));
      boolean failed = random.nextInt(5) == 0;
      if (failed) {
        made.features.add(Feature.FAILED_RESULT);
      }
      results.add(new Block.ToolResult(id, "tool_0", List.of(text(random)), failed, null));
    }
    made.messages.add(new Message(Role.ASSISTANT, said));
    if (!results.isEmpty()) {
      made.messages.add(new Message(Role.USER, results));
    }
  }

  private static void limits(Random random, Conversation.Builder made) {
    made.maxTokens = 16L + random.nextInt(4000);
    made.features.add(Feature.MAX_TOKENS);
    if (random.nextBoolean()) {
      made.temperature = random.nextInt(11) / 10.0;
      made.features.add(Feature.TEMPERATURE);
    }
    for (int i = 0; i < random.nextInt(4); i++) {
      made.stop.add(JsonText.of("stop" + i + word(random)));
      made.features.add(Feature.STOP);
    }
  }

  private static Block.Text text(Random random) {
    StringBuilder text = new StringBuilder(word(random));
    for (int i = 0; i < random.nextInt(5); i++) {
      text.append(' ').append(word(random));
    }
    return new Block.Text(JsonText.of(text.toString()));
  }

  private static String word(Random random) {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  private static String arguments(Random random) {
    JsonWriter out = new JsonWriter(64).beginObject();
    if (random.nextBoolean()) {
      out.member("city", word(random)).member("n", random.nextLong(1L << 50));
    }
    return out.endObject().toString();
  }

  // ---- there and back

  private static byte[] written(Dialect dialect, Conversation conversation) {
    Losses none = new Losses(dialect.codec().ledger(), false);
    Target target = new Target(conversation.model(), true, false, new ToolNames(), none);
    return dialect.codec().renderRequest(conversation, target);
  }

  private static Conversation parsed(Dialect dialect, byte[] body) {
    byte[] whole =
        dialect.name().equals(Gemini.NAME)
            ? Gemini.request(body, "model-1", false, null).body()
            : body;
    return dialect.codec().parseRequest(whole);
  }

  // ---- what counts

  /**
   * Who says what, blank characters apart: dialects join texts in ways of their own.
   *
   * @param failuresInWords whether a failed result says so itself
   */
  private static List<String> said(Conversation conversation, boolean failuresInWords) {
    List<String> said = new ArrayList<>();
    List<String> calls = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String speaker = "";
    for (Message message : conversation.messages()) {
      String role = message.role().instructs() ? "system" : message.role().name();
      if (!role.equals(speaker)) {
        flush(text, speaker, said);
        speaker = role;
      }
      for (Block block : message.blocks()) {
        switch (block) {
          case Block.Text(var words, var cache) -> text.append(bare(words.string()));
          case Block.Image(Media.Inline(var type, var data), var detail, var cache) -> {
            flush(text, speaker, said);
            said.add(role + " shows " + type + " " + data);
          }
          case Block.ToolCall call -> {
            flush(text, speaker, said);
            calls.add(call.id());
            said.add("calls " + call.name() + " " + tree(call.arguments().object().toString()));
          }
          case Block.ToolResult result -> {
            flush(text, speaker, said);
            String mark = result.failed() ? failuresInWords ? "Error:" : "failed:" : "";
            said.add("answers " + calls.indexOf(result.callId()) + " " + mark + words(result));
          }
          case Block.Thinking thinking -> {}
          default -> said.add("something else: " + block);
        }
      }
    }
    flush(text, speaker, said);
    return said;
  }

  private static void flush(StringBuilder text, String speaker, List<String> said) {
    if (!text.isEmpty()) {
      said.add(speaker + ": " + text);
      text.setLength(0);
    }
  }

  private static String words(Block.ToolResult result) {
    StringBuilder words = new StringBuilder();
    for (Block block : result.content()) {
      words.append(block instanceof Block.Text(var text, var cache) ? bare(text.string()) : block);
    }
    return words.toString();
  }

  private static String bare(String text) {
    return text.replaceAll("[ \t\n]", "");
  }

  private static List<String> tools(Conversation conversation) {
    List<String> tools = new ArrayList<>();
    for (Tool tool : conversation.tools()) {
      Tool.Function function = (Tool.Function) tool;
      tools.add(function.name() + ": " + function.description() + tree("" + function.schema()));
    }
    return tools;
  }

  private static Map<Feature, String> settings(Conversation conversation) {
    Map<Feature, String> settings = new TreeMap<>();
    settings.put(Feature.MAX_TOKENS, String.valueOf(conversation.maxTokens()));
    if (conversation.temperature() != null) {
      settings.put(Feature.TEMPERATURE, String.valueOf(conversation.temperature()));
    }
    if (conversation.choice() != null) {
      settings.put(Feature.TOOL_CHOICE, conversation.choice().toString());
    }
    if (!conversation.stop().isEmpty()) {
      settings.put(Feature.STOP, conversation.stop().toString());
    }
    return settings;
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
