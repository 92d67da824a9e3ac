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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @ValueSource(strings = {"openai-chat", "anthropic"})
  void everyFieldThatALedgerReadsIsNoticed(String dialect) throws Exception {
    Conversation full = full(dialect);
    EnumSet<Feature> read = EnumSet.noneOf(Feature.class);
    for (Ledger.Field field : ledger(dialect).fields()) {
      read.add(field.feature());
    }
    read.removeAll(ALWAYS);

    assertThat(full.features()).containsAll(read);
  }

  @ParameterizedTest
  @CsvSource({"openai-chat, anthropic", "anthropic, openai-chat"})
  void whatIsDroppedIsToldAndWhatIsKeptArrives(String client, String upstream) throws Exception {
    Conversation full = full(client);
    Translation made = translate(client, upstream, full, false);
    JsonNode sent = new ObjectMapper().readTree(made.body());

    for (Ledger.Field field : ledger(client).fields()) {
      Ledger.Fate fate = ledger(upstream).fateOf(field.feature());
      String member = ledger(upstream).memberOf(field.feature());
      if (fate.verdict() == Verdict.DROPPED) {
        assertThat(made.losses().dropped()).contains(field.path());
      } else if (field.plain()
          && member != null
          && !field.path().equals("top_p")
          && !field.path().equals("top_k")) {
        assertThat(sent.has(member)).as("%s arrives as %s", field.path(), member).isTrue();
      }
    }
    assertThat(made.losses().dropped()).contains("a_field_of_tomorrow");
  }

  @ParameterizedTest
  @CsvSource({"openai-chat, anthropic", "anthropic, openai-chat"})
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
