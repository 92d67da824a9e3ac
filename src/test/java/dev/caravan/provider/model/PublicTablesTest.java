package dev.caravan.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.call.TimeSource;
import dev.caravan.provider.model.ModelInfo.Ability;
import dev.caravan.provider.model.ModelInfo.Modality;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of models from the network (http-api.md 12.1, 12.2). */
@SuppressWarnings("NullAway.Init") // JUnit sets them
class PublicTablesTest {
  private static final String OPENROUTER =
      """
      {"data":[{"id":"acme/wonder-1","name":"Wonder 1","context_length":1000,
        "architecture":{"input_modalities":["text","image","file"],"output_modalities":["text"],"tokenizer":"Other"},
        "pricing":{"prompt":"0.000003","completion":"0.000015","input_cache_read":"0.0000003","input_cache_write":"0"},
        "top_provider":{"context_length":128000,"max_completion_tokens":8192},
        "supported_parameters":["tools","tool_choice","reasoning","temperature"]},
       {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}},
       {"id":"acme/gift:free","pricing":{"prompt":"0","completion":"0"}}]}""";
  private static final String MODELS_DEV =
      """
      {"openai":{"models":{"gpt-4o":{"name":"GPT-4o","cost":{"input":2.4,"output":9.5},"temperature":true}}},
       "acme":{"models":{"small":{"limit":{"context":32000,"output":4096},"modalities":{"input":["text"],"output":["text"]},"tool_call":true,"temperature":false,"release_date":"2026-02-01"}}}}""";

  @TempDir Path home;
  private final Map<String, String> pages = new TreeMap<>();
  private final List<String> asked = new ArrayList<>();
  private final Clock clock = new Clock();
  private ModelCatalogue catalogue;

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

  @BeforeEach
  void pages() {
    pages.put(PublicTable.OPENROUTER.url(), OPENROUTER);
    pages.put(PublicTable.MODELS_DEV.url(), MODELS_DEV);
    catalogue = new ModelCatalogue(home.resolve("model-info.yaml"));
  }

  private PublicTables tables(boolean offline) {
    return new PublicTables(
        catalogue,
        url -> {
          asked.add(url);
          String page = pages.get(url);
          if (page == null) {
            throw new IOException("no answer in time");
          }
          return page.getBytes(StandardCharsets.UTF_8);
        },
        clock,
        Duration.ofHours(6),
        offline,
        home.resolve("cache"));
  }

  private ModelInfo info(String id) {
    return Objects.requireNonNull(catalogue.find(id), id).info();
  }

  @Test
  void factsOfBothAreTakenOver() {
    tables(false).refresh();

    ModelInfo wonder = info("openrouter/acme/wonder-1");
    assertThat(wonder.source()).isEqualTo("openrouter");
    assertThat(wonder.price().usual())
        .isEqualTo(new Price.Rates(3_000_000, 15_000_000, 300_000, -1));
    assertThat(wonder.context()).isEqualTo(128_000);
    assertThat(wonder.maxOutput()).isEqualTo(8192);
    assertThat(wonder.inputs()).containsExactly(Modality.TEXT, Modality.IMAGE);
    assertThat(wonder.abilities())
        .containsExactlyInAnyOrder(
            Ability.TOOLS, Ability.TOOL_CHOICE, Ability.REASONING, Ability.ATTACHMENTS);
    ModelInfo small = info("acme/small");
    assertThat(small.price()).isEqualTo(Price.NONE);
    assertThat(small.context()).isEqualTo(32_000);
    assertThat(small.can(Ability.NO_TEMPERATURE)).isTrue();
    assertThat(small.released()).isEqualTo("2026-02-01");
  }

  @Test
  void aFetchedPriceBeatsTheSnapshotAndWhatItIsSilentAboutStays() {
    assertThat(info("openai/gpt-4o").price().usual().input()).isEqualTo(2_500_000);

    tables(false).refresh();

    assertThat(info("openai/gpt-4o").price().usual().input()).isEqualTo(2_400_000);
    assertThat(info("openai/gpt-4o").context()).isEqualTo(128_000);
  }

  @Test
  void whatTheOperatorSaysBeatsBoth() throws IOException {
    Files.writeString(home.resolve("model-info.yaml"), "openai/gpt-4o: {input: 1, output: 2}\n");

    tables(false).refresh();

    assertThat(info("openai/gpt-4o").price().usual().input()).isEqualTo(1_000_000);
  }

  @Test
  void aMissingPriceIsNotKnownAndAPriceOfNothingIsFree() {
    tables(false).refresh();

    assertThat(info("openrouter/auto").price().isKnown()).isFalse();
    assertThat(info("openrouter/acme/gift:free").price().usual().input()).isZero();
  }

  @Test
  void theyAreFetchedWhenTheyHaveGrownOldAndNotBefore() {
    PublicTables tables = tables(false);
    tables.refresh();
    tables.refresh();
    assertThat(asked).hasSize(2);

    clock.millis += Duration.ofHours(6).toMillis();
    tables.refresh();

    assertThat(asked).hasSize(4);
  }

  @Test
  void aStartTakesTheLastGoodPagesFromDisk() {
    tables(false).refresh();
    catalogue = new ModelCatalogue(home.resolve("model-info.yaml"));
    asked.clear();
    clock.millis += Duration.ofHours(1).toMillis();

    tables(false).refresh();

    assertThat(asked).isEmpty();
    assertThat(info("openrouter/acme/wonder-1").context()).isEqualTo(128_000);
    assertThat(catalogue.lastRefresh()).isEqualTo(1_767_225_600_000L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"data\":7}",
        "{\"data\":[]}",
        "{\"a\":{\"models\":7}}"
      })
  void whatIsNoTableChangesNothingAndIsTold(String page) {
    PublicTables tables = tables(false);
    tables.refresh();
    pages.replaceAll((url, good) -> page);
    clock.millis += Duration.ofHours(6).toMillis();

    tables.refresh();

    assertThat(info("openrouter/acme/wonder-1").context()).isEqualTo(128_000);
    assertThat(catalogue.sources())
        .filteredOn(source -> !source.name().equals("snapshot"))
        .hasSize(2)
        .allSatisfy(source -> assertThat(source.error()).isNotEmpty())
        .allSatisfy(source -> assertThat(source.models()).isPositive());
  }

  @Test
  void oneThatIsDownIsAskedAgainSoonAndHidesNotTheOther() {
    pages.remove(PublicTable.OPENROUTER.url());
    PublicTables tables = tables(false);

    tables.refresh();
    clock.millis += Duration.ofMinutes(15).toMillis();
    tables.refresh();

    assertThat(asked)
        .containsExactly(
            PublicTable.OPENROUTER.url(),
            PublicTable.MODELS_DEV.url(),
            PublicTable.OPENROUTER.url());
    assertThat(info("acme/small").context()).isEqualTo(32_000);
  }

  @Test
  void aTableThatHasLostMoreThanHalfIsNotTakenOver() {
    pages.put(PublicTable.OPENROUTER.url(), many(10));
    PublicTables tables = tables(false);
    tables.refresh();
    pages.put(PublicTable.OPENROUTER.url(), many(4));
    clock.millis += Duration.ofHours(6).toMillis();

    tables.refresh();

    assertThat(catalogue.sources().getFirst().models()).isEqualTo(10);
    assertThat(catalogue.sources().getFirst().error()).isEqualTo("it has 4 models, and had 10");
  }

  private static String many(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"id\":\"acme/m%d\"}"::formatted)
        .collect(Collectors.joining(",", "{\"data\":[", "]}"));
  }

  @Test
  void whoIsOfflineAsksNobodyAndNobodyIsAskedBeforeSomebodyWantsToKnow() {
    tables(true).refresh();
    tables(false).refreshInBackground();

    assertThat(asked).isEmpty();
  }
}
