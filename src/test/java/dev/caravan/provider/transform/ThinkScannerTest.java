package dev.caravan.provider.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.provider.Provider;
import dev.caravan.provider.transform.ThinkScanner.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Thoughts between tags, however the text is cut (providers.md 7; 16, 60). */
class ThinkScannerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aTornTagIsATagAndHalfATagIsText() {
    assertThat(scanned(List.of("<thi", "nk>plan</th", "ink>\nanswer <b")))
        .isEqualTo(new Parts("plan", "answer <b"));
  }

  @Test
  void oneLineEndBehindATagIsDropped() {
    assertThat(scanned(List.of("a<think>", "\n\nb</think>", "\n", "\nc")))
        .isEqualTo(new Parts("\nb", "a\nc"));
  }

  @Test
  void whatIsNotATagIsText() {
    assertThat(scanned(List.of("1 < 2 <thin> </think", "ing> <", "thinker>")))
        .isEqualTo(new Parts("", "1 < 2 <thin> </thinking> <thinker>"));
  }

  @Property(tries = 500)
  void theCutsOfATextMakeNoDifference(@ForAll("texts") String text, @ForAll List<Integer> cuts) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts.stream().map(c -> Math.floorMod(c, text.length() + 1)).sorted().toList()) {
      pieces.add(text.substring(from, cut));
      from = cut;
    }
    pieces.add(text.substring(from));

    assertThat(scanned(pieces)).isEqualTo(scanned(List.of(text)));
  }

  @Property(tries = 500)
  void whatIsSaidAndThoughtIsTheTextWithoutItsTags(@ForAll("texts") String text) {
    Parts parts = scanned(List.of(text));

    assertThat(sorted(parts.thought() + parts.said()))
        .isEqualTo(sorted(text.replaceAll("(?:</?think>)+\n?", "")));
  }

  private static List<Integer> sorted(String text) {
    return text.chars().sorted().boxed().toList();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("<think>", "</think>", "<", "<thi", "</th", "nk>", "a", "\n", "b c", "é☃")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  private static Parts scanned(List<String> pieces) {
    ThinkScanner scanner = new ThinkScanner();
    StringBuilder thought = new StringBuilder();
    StringBuilder said = new StringBuilder();
    for (String piece : pieces) {
      Parts parts = scanner.take(piece);
      thought.append(parts.thought());
      said.append(parts.said());
    }
    Parts rest = scanner.end();
    return new Parts(thought + rest.thought(), said + rest.said());
  }

  @Test
  @DisplayName("providers.md 16, 60: torn tags")
  void aStreamSaysThoughtsApart() throws IOException {
    ChangedStream stream = Objects.requireNonNull(thinkTags().ofStream());
    List<JsonNode> seen = new ArrayList<>();
    for (String content : List.of("hi ", "<thi", "nk>plan</th", "ink>\nanswer <b")) {
      take(
          stream,
          chunk("{\"content\":%s}".formatted(JSON.writeValueAsString(content)), "null"),
          seen);
    }
    take(
        stream,
        chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"<think>\"}}]}", "null"),
        seen);
    take(stream, chunk("{}", "\"stop\""), seen);
    for (byte[] last : stream.end()) {
      seen.add(JSON.readTree(last));
    }

    assertThat(all(seen, "/choices/0/delta/reasoning_content")).isEqualTo("plan");
    assertThat(all(seen, "/choices/0/delta/content")).isEqualTo("hi answer <b");
    assertThat(all(seen, "/choices/0/delta/tool_calls/0/function/arguments")).isEqualTo("<think>");
    assertThat(seen.getLast().at("/choices/0/finish_reason").asText())
        .as("what was held back comes before the end")
        .isEqualTo("stop");
  }

  @Test
  void textWithoutTagsPassesUntouched() {
    ChangedStream stream = Objects.requireNonNull(thinkTags().ofStream());
    byte[] json = chunk("{\"content\":\"hello\"}", "null").getBytes(StandardCharsets.UTF_8);

    assertThat(stream.event(json, 0, json.length)).isNull();
  }

  @Test
  void aWholeAnswerSaysThemApartToo() throws IOException {
    byte[] json =
        "{\"choices\":[{\"message\":{\"content\":\"<think>\\nplan</think>\\nanswer\"}}]}"
            .getBytes(StandardCharsets.UTF_8);

    byte[] changed = Objects.requireNonNull(thinkTags().answer(json, 0, json.length));

    assertThat(JSON.readTree(changed).at("/choices/0/message"))
        .isEqualTo(JSON.readTree("{\"content\":\"answer\",\"reasoning_content\":\"plan\"}"));
  }

  private static Transforms thinkTags() {
    Provider provider = Provider.named("acme");
    provider.setQuirks("TH");
    return provider.transforms();
  }

  private static String chunk(String delta, String finish) {
    return "{\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}"
        .formatted(delta, finish);
  }

  private static void take(ChangedStream stream, String event, List<JsonNode> seen)
      throws IOException {
    byte[] json = event.getBytes(StandardCharsets.UTF_8);
    List<byte[]> made = stream.event(json, 0, json.length);
    for (byte[] one : made == null ? List.of(json) : made) {
      seen.add(JSON.readTree(one));
    }
  }

  private static String all(List<JsonNode> events, String pointer) {
    StringBuilder all = new StringBuilder();
    events.forEach(event -> all.append(event.at(pointer).asText("")));
    return all.toString();
  }
}
