package dev.caravan.provider.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was thought before a call goes back to the provider (providers.md 4.11). */
@SuppressWarnings("NullAway.Init") // JUnit sets it
class ReasoningReplayTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String NEXT_TURN =
      """
      {"messages":[{"role":"assistant","content":"Let me see.","tool_calls":[{"id":"%s"}]},{"role":"tool","tool_call_id":"%s","content":"r"}]}""";

  @TempDir Path folder;
  private final Clock clock = new Clock();
  private final ReasoningMemory memory = memory(null);

  private static final class Clock implements TimeSource {
    long millis = 1_767_225_600_000L;

    @Override
    public long nanos() {
      return millis * 1_000_000;
    }

    @Override
    public long epochMillis() {
      return millis;
    }
  }

  private ReasoningMemory memory(@Nullable Path file) {
    return new ReasoningMemory(
        file, new ReasoningMemory.Times(HOUR, HOUR.multipliedBy(24), HOUR, HOUR), clock);
  }

  private static Transforms of(String client, ReasoningMemory memory) {
    return Transforms.of(List.of("reasoning-replay", "deepseek")).forCall(client, memory);
  }

  private static void hear(Transforms transforms, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    transforms.answer(bytes, 0, bytes.length);
  }

  private static void hearStream(Transforms transforms) {
    hear(
        transforms,
        "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"reasoning_content\":\"I need \"}}]}");
    hear(transforms, "{\"choices\":[{\"delta\":{\"reasoning_content\":\"a file.\"}}]}");
    hear(transforms, "{\"choices\":[{\"delta\":{\"content\":\"Let me \"}}]}");
    hear(transforms, "{\"choices\":[{\"delta\":{\"content\":\"see.\"}}]}");
    hear(
        transforms,
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"function\":{\"name\":\"f\"}}]}}]}");
    hear(
        transforms,
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}}]}");
    hear(
        transforms, "{\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}],\"usage\":{}}");
  }

  private static String thoughtsOf(Transforms transforms, String request) throws IOException {
    byte[] made = transforms.request(request.getBytes(StandardCharsets.UTF_8), "deepseek-reasoner");
    JsonNode message = JSON.readTree(made).at("/messages/0");
    return message.path("reasoning_content").asText();
  }

  @Test
  void thoughtsOfAStreamGoBackWithItsCall() throws IOException {
    hearStream(of("ann", memory));

    assertThat(thoughtsOf(of("ann", memory), NEXT_TURN.formatted("call_1", "call_1")))
        .isEqualTo("I need a file.");
  }

  @Test
  void thoughtsOfAWholeAnswerDoToo() throws IOException {
    hear(
        of("ann", memory),
        "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"Hm.\",\"tool_calls\":[{\"id\":\"call_2\"}]},\"finish_reason\":\"tool_calls\"}]}");

    assertThat(thoughtsOf(of("ann", memory), NEXT_TURN.formatted("call_2", "call_2")))
        .isEqualTo("Hm.");
  }

  @Test
  void theTextBesideACallFindsThemWhereAClientHasGivenItAnotherId() throws IOException {
    hearStream(of("ann", memory));

    assertThat(thoughtsOf(of("ann", memory), NEXT_TURN.formatted("other", "other")))
        .isEqualTo("I need a file.");
  }

  @Test
  void anotherClientGetsNoneOfThem() throws IOException {
    hearStream(of("ann", memory));

    assertThat(thoughtsOf(of("bob", memory), NEXT_TURN.formatted("call_1", "call_1")))
        .isEqualTo(DeepSeek.NO_THOUGHTS);
  }

  @Test
  @DisplayName("providers.md 16, 57")
  void theWordForNoneIsNeverKept() throws IOException {
    String request = NEXT_TURN.formatted("call_1", "call_1");
    assertThat(thoughtsOf(of("ann", memory), request)).isEqualTo(DeepSeek.NO_THOUGHTS);

    hear(
        of("ann", memory),
        "{\"choices\":[{\"message\":{\"reasoning_content\":\"Reasoning content unavailable.\",\"tool_calls\":[{\"id\":\"call_1\"}]},\"finish_reason\":\"tool_calls\"}]}");

    assertThat(memory.recall("ann", "tool:call_1")).isNull();
  }

  @Test
  void whatHasGrownTooOldIsTakenOut() {
    ReasoningMemory old = memory(folder.resolve("reasoning_content.json"));
    hearStream(of("ann", old));
    assertThat(old.size()).isPositive();

    clock.millis += Duration.ofHours(23).toMillis();
    old.cleanUp();
    assertThat(old.size()).as("it is not too old yet").isPositive();

    clock.millis += Duration.ofHours(1).toMillis();
    old.cleanUp();
    assertThat(old.size()).isZero();
    old.write();
    assertThat(folder.resolve("reasoning_content.json")).hasContent("{}");
  }

  @Test
  void whatTheClientHasKeptStays() throws IOException {
    hearStream(of("ann", memory));

    assertThat(
            thoughtsOf(
                of("ann", memory),
                "{\"messages\":[{\"role\":\"assistant\",\"reasoning_content\":\"mine\",\"tool_calls\":[{\"id\":\"call_1\"}]}]}"))
        .isEqualTo("mine");
  }

  @Test
  void theyAreForgottenInTime() {
    memory.remember("ann", "tool:c", "Hm.");
    assertThat(memory.recall("ann", "tool:c")).isEqualTo("Hm.");

    clock.millis += HOUR.toMillis();

    assertThat(memory.recall("ann", "tool:c")).isNull();
  }

  @Test
  void aFileKeepsThemLongerAndOverARestartAndForTheOwnerAlone() throws IOException {
    Path file = folder.resolve("deepseek").resolve("reasoning_content.json");
    ReasoningMemory first = memory(file);
    first.remember("ann", "tool:c", "Hm.");
    first.write();
    clock.millis += HOUR.toMillis();

    ReasoningMemory second = memory(file);

    assertThat(second.recall("ann", "tool:c")).isEqualTo("Hm.");
    assertThat(second.recall("bob", "tool:c")).isNull();
    assertThat(Files.readString(file)).doesNotContain("ann").doesNotContain("tool:c");
    assertThat(Files.getPosixFilePermissions(file))
        .extracting(Enum::name)
        .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    clock.millis += HOUR.multipliedBy(23).toMillis();
    assertThat(memory(file).recall("ann", "tool:c")).isNull();
  }

  @Test
  void aFileThatIsNoneCostsNothing() throws IOException {
    Path file = folder.resolve("reasoning_content.json");
    for (String odd : List.of("", "[]", "{\"a\":7,\"b\":[],\"c\":[1]", "{\"a\":[\"x\",{}]}")) {
      Files.writeString(file, odd);
      ReasoningMemory read = memory(file);

      assertThat(read.recall("ann", "tool:c")).isNull();
      read.remember("ann", "tool:c", "Hm.");
      assertThat(read.recall("ann", "tool:c")).isEqualTo("Hm.");
    }
  }

  @Test
  void whatIsNoAnswerIsPassedOver() {
    for (String odd :
        List.of(
            "",
            "[]",
            "7",
            "{\"choices\":7}",
            "{\"choices\":[7]}",
            "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":{}}]}}]}",
            "[DONE]",
            "{")) {
      hear(of("ann", memory), odd);
    }
  }
}
