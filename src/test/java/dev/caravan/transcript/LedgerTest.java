package dev.caravan.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.call.CallFailed;
import dev.caravan.dialect.Dialects;
import dev.caravan.dialect.hub.Conversation;
import dev.caravan.dialect.hub.Feature;
import dev.caravan.dialect.hub.Ledger;
import dev.caravan.dialect.hub.Ledger.Verdict;
import dev.caravan.dialect.hub.Manner;
import dev.caravan.dialect.hub.Thoughts;
import dev.caravan.dialect.hub.Translation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ledgers tell the truth: {@code src/test/resources/full/<dialect>.json} is a request with
 * everything in it, and what becomes of it is what the ledgers say.
 */
class LedgerTest {
  private static final Dialects DIALECTS = Dialects.onClassPath();

  /** What a request of any kind has, so that nothing notes it. */
  private static final Set<Feature> ALWAYS =
      EnumSet.of(
          Feature.MODEL, Feature.STREAM, Feature.MESSAGES, Feature.TEXT, Feature.USAGE_OF_STREAM);

  /** What no other dialect takes a request with. */
  private static final Set<Feature> REFUSED = EnumSet.of(Feature.BACKGROUND, Feature.SERVER_STATE);

  /** Moved as they are, unless something else in the same request is in their way. */
  private static final Set<Feature> SOMETIMES = EnumSet.of(Feature.TOP_P, Feature.TOP_K);

  static List<Arguments> pairs() {
    List<Arguments> pairs = new ArrayList<>();
    for (String client : DIALECTS.names()) {
      for (String upstream : DIALECTS.names()) {
        if (!client.equals(upstream)) {
          pairs.add(Arguments.of(client, upstream));
        }
      }
    }
    return pairs;
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "openai-responses", "anthropic", "gemini"})
  void everyFieldThatALedgerReadsIsNoticed(String dialect) throws Exception {
    Conversation full = full(dialect);
    EnumSet<Feature> read = EnumSet.noneOf(Feature.class);
    for (Ledger.Field field : ledger(dialect).fields()) {
      read.add(field.feature());
    }
    read.removeAll(ALWAYS);
    read.removeAll(REFUSED);
    if (full.has(Feature.ALLOWED_TOOLS)) {
      read.remove(Feature.TOOL_CHOICE); // one field says either
    }

    assertThat(full.features()).containsAll(read);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatIsDroppedIsToldAndWhatIsKeptArrives(String client, String upstream) throws Exception {
    Conversation full = full(client);
    Translation made = translate(client, upstream, full, false);
    JsonNode sent = new ObjectMapper().readTree(made.body());

    for (Ledger.Field field : ledger(client).fields()) {
      Ledger.Fate fate = ledger(upstream).fateOf(field.feature());
      String member = ledger(upstream).memberOf(field.feature());
      if (fate.verdict() == Verdict.DROPPED) {
        assertThat(made.losses().dropped()).contains(field.path());
      } else if (field.plain() && member != null && !SOMETIMES.contains(field.feature())) {
        assertThat(sent.at("/" + member.replace('.', '/')).isMissingNode())
            .as("%s arrives as %s", field.path(), member)
            .isFalse();
      }
    }
    assertThat(made.losses().dropped()).contains("a_field_of_tomorrow");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void strictModeRefusesWhatWouldBeLost(String client, String upstream) throws Exception {
    Conversation full = full(client);

    assertThatThrownBy(() -> translate(client, upstream, full, true))
        .isInstanceOfSatisfying(
            CallFailed.class,
            failed -> assertThat(failed.failure().message()).startsWith("translation: "));
  }

  @Test
  void whatAClientCallsItsFieldsIsFitForAHeader() {
    Conversation odd =
        DIALECTS
            .named("openai-chat")
            .codec()
            .parseRequest(
                "{\"model\":\"a/b\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"a\\r\\nb, ü\":1}"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(translate("openai-chat", "anthropic", odd, false).losses().header())
        .isEqualTo("a__b___");
  }

  private static Translation translate(
      String client, String upstream, Conversation full, boolean strict) {
    return new Translation(
        DIALECTS.named(client),
        DIALECTS.named(upstream),
        full,
        new Thoughts(),
        "tester",
        List.of(),
        "model-1",
        true,
        strict,
        Manner.DEFAULT,
        1);
  }

  private static Conversation full(String dialect) throws Exception {
    byte[] body = Files.readAllBytes(Path.of("src/test/resources/full", dialect + ".json"));
    return DIALECTS.named(dialect).codec().parseRequest(body);
  }

  private static Ledger ledger(String dialect) {
    return DIALECTS.named(dialect).codec().ledger();
  }
}
