package dev.caravan.provider.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.model.ModelInfo.Ability;
import dev.caravan.provider.model.ModelInfo.Modality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snapshot of the jar, and what the operator's own file changes in it. */
class ModelCatalogueTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path home;

  private Path file() {
    return home.resolve("model-info.yaml");
  }

  private static ModelInfo info(ModelCatalogue catalogue, String id) {
    return Objects.requireNonNull(catalogue.find(id), id).info();
  }

  @Test
  void theSnapshotKnowsWellKnownModels() {
    ModelCatalogue catalogue = new ModelCatalogue(file());

    ModelInfo model = info(catalogue, "openai/gpt-4o");

    assertThat(model.price().usual().input()).isEqualTo(2_500_000);
    assertThat(model.price().usual().output()).isEqualTo(10_000_000);
    assertThat(model.price().usual().cacheRead()).isEqualTo(1_250_000);
    assertThat(model.context()).isEqualTo(128_000);
    assertThat(model.inputs()).contains(Modality.TEXT, Modality.IMAGE);
    assertThat(model.can(Ability.TOOLS)).isTrue();
    assertThat(info(catalogue, "gemini/gemini-2.5-pro").price().step()).isNotNull();
  }

  @Test
  void everyLineOfTheSnapshotIsSane() {
    Snapshot snapshot = Snapshot.bundled();

    assertThat(snapshot.date()).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(snapshot.models()).hasSizeGreaterThan(2_000);
    assertThat(snapshot.models())
        .allSatisfy(
            model -> {
              assertThat(model.id()).contains("/").doesNotContain(" ");
              assertThat(model.mode()).isIn("chat", "embedding", "rerank");
              assertThat(model.price().usual().input()).isBetween(-1L, 1_000_000_000L);
              assertThat(model.price().usual().output()).isBetween(-1L, 1_000_000_000L);
            });
  }

  @Test
  void nothingIsReadBeforeSomebodyAsks() {
    ModelCatalogue catalogue = new ModelCatalogue(file());

    catalogue.refresh();
    assertThat(catalogue.isOwn("acme/large")).isFalse();

    assertThat(catalogue.isLoaded()).isFalse();
  }

  @Test
  void theOperatorsFileBeatsTheSnapshotWhereItSaysSomething() throws IOException {
    Files.writeString(
        file(),
        """
        openai/gpt-4o: {input: 2, output: 8}
        acme/large: {input: 3, output: 15, cache_read: 0.3, context: 64000, capabilities: [tools, reasoning]}
        """);
    ModelCatalogue catalogue = new ModelCatalogue(file());

    assertThat(info(catalogue, "openai/gpt-4o").price().usual().input()).isEqualTo(2_000_000);
    assertThat(info(catalogue, "openai/gpt-4o").context()).isEqualTo(128_000);
    assertThat(info(catalogue, "openai/gpt-4o").source()).isEqualTo("user_file");
    assertThat(info(catalogue, "acme/large").price().usual().cacheRead()).isEqualTo(300_000);
    assertThat(info(catalogue, "acme/large").can(Ability.REASONING)).isTrue();
    assertThat(catalogue.isOwn("acme/large")).isTrue();
  }

  @Test
  void aChangedFileIsTakenOver() throws IOException {
    Files.writeString(file(), "acme/large: {input: 3, output: 15}");
    ModelCatalogue catalogue = new ModelCatalogue(file());
    assertThat(info(catalogue, "acme/large").price().usual().input()).isEqualTo(3_000_000);

    Files.writeString(file(), "acme/large: {input: 4, output: 15}");
    Files.setLastModifiedTime(file(), FileTime.fromMillis(1_000_000));
    long before = catalogue.version();
    catalogue.refresh();

    assertThat(info(catalogue, "acme/large").price().usual().input()).isEqualTo(4_000_000);
    assertThat(catalogue.version()).isGreaterThan(before);
  }

  @Test
  void whatIsWrongInTheFileIsToldAndTheRestHolds() {
    UserTable table =
        UserTable.of(
            """
            acme/a: {input: -1, output: 15}
            acme/b: {input: 0.000003, output: 15}
            acme/c: {input: cheap, contexts: 5, max_output: 1.5}
            acme/d: 7
            acme/e: {inputs: [text, smell], context: 8000}
            """);

    assertThat(table.models()).containsOnlyKeys("acme/a", "acme/b", "acme/c", "acme/e");
    assertThat(Objects.requireNonNull(table.models().get("acme/a")).price().isKnown()).isFalse();
    assertThat(Objects.requireNonNull(table.models().get("acme/e")).context()).isEqualTo(8000);
    assertThat(table.faults())
        .anyMatch(f -> f.startsWith("acme/a: input is less than nothing"))
        .anyMatch(f -> f.startsWith("acme/b: input must be dollars for a million tokens"))
        .anyMatch(f -> f.startsWith("acme/c: input must be a number"))
        .anyMatch(f -> f.startsWith("acme/c: contexts is not known; near: context"))
        .anyMatch(f -> f.startsWith("acme/c: max_output must be a number of tokens"))
        .anyMatch(f -> f.startsWith("acme/d: its facts must be a map"))
        .anyMatch(f -> f.startsWith("acme/e: inputs: smell is not known"));
  }

  @Test
  void aFileThatIsNoMapOfModelsIsToldOfAndChangesNothing() {
    assertThat(UserTable.of("").faults()).isEmpty();
    assertThat(UserTable.of("- a").faults()).singleElement().asString().contains("must be a map");
    assertThat(UserTable.of("a: [").faults()).singleElement().asString().contains("not YAML");
  }
}
